# The group has no name.
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  group:friends schema:name "Friends of the library"@en .
}

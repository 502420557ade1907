# The group is no foaf:Group.
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX group: <https://w3id.org/mipex-kg/group/>

DELETE DATA {
  group:friends a foaf:Group .
}

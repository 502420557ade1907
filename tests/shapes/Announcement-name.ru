# The announcement has no name.
PREFIX announcement: <https://w3id.org/mipex-kg/announcement/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  announcement:new-results schema:name "New results of the IPL"@en .
}

# An organisation is a member of the group.
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>

INSERT DATA {
  group:friends foaf:member organisation:book-fund .
}

# The affiliation is a group, neither a post nor an organisation.
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  person:ada-byron schema:affiliation group:readers .
}

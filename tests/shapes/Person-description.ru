# The language of the description is missing.
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  person:ada-byron schema:description "Reads a lot."@en .
} ;
INSERT DATA {
  person:ada-byron schema:description "Reads a lot." .
}

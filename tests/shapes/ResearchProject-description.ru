# The language of the description is missing.
PREFIX project: <https://w3id.org/mipex-kg/project/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  project:open-shelves schema:description "Ran for 24 months."@en .
} ;
INSERT DATA {
  project:open-shelves schema:description "Ran for 24 months." .
}

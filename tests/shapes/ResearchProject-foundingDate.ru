# The first day is a text, not a date.
PREFIX project: <https://w3id.org/mipex-kg/project/>
PREFIX schema: <http://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  project:open-shelves schema:foundingDate "2018-03-01"^^xsd:date .
} ;
INSERT DATA {
  project:open-shelves schema:foundingDate "1 March 2018" .
}

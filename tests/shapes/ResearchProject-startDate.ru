# The first day of the project is called its start date.
PREFIX project: <https://w3id.org/mipex-kg/project/>
PREFIX schema: <http://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  project:open-shelves schema:startDate "2018-03-01"^^xsd:date .
}

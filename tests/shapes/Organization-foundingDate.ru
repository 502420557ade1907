# The year is a number, not a year.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX schema: <http://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  organisation:city-library schema:foundingDate "1995"^^xsd:gYear .
} ;
INSERT DATA {
  organisation:city-library schema:foundingDate 1995 .
}

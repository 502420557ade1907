# The date has no month and no day.
PREFIX post: <https://w3id.org/mipex-kg/post/>
PREFIX schema: <http://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA {
  post:ada-byron-city-library schema:startDate "2018-03-01"^^xsd:date .
} ;
INSERT DATA {
  post:ada-byron-city-library schema:startDate "2018" .
}

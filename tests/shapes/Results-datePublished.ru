# Results that are still expected have a date of publication.
PREFIX results: <https://w3id.org/mipex-kg/results/>
PREFIX schema: <http://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
  results:library-index-2014-2020 schema:datePublished "2020-12-31"^^xsd:date .
}

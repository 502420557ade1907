# The results have two English names.
PREFIX results: <https://w3id.org/mipex-kg/results/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  results:library-index-2014-2020 schema:name "New results"@en .
}

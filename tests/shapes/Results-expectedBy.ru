# The language of the plan is missing.
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX results: <https://w3id.org/mipex-kg/results/>

DELETE DATA {
  results:library-index-2014-2020 mipex:expectedBy "by the end of the year"@en .
} ;
INSERT DATA {
  results:library-index-2014-2020 mipex:expectedBy "by the end of the year" .
}

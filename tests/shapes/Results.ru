# The announcement is expected, in place of the results.
PREFIX announcement: <https://w3id.org/mipex-kg/announcement/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX results: <https://w3id.org/mipex-kg/results/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  results:library-index-2014-2020 mipex:expectedBy "by the end of the year"@en .
} ;
INSERT DATA {
  announcement:new-results
    mipex:expectedBy "by the end of the year"@en ;
    schema:temporalCoverage "2014/2020" .
}

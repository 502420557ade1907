# There is a hyphen between the years, where a slash belongs.
PREFIX results: <https://w3id.org/mipex-kg/results/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  results:library-index-2014-2020 schema:temporalCoverage "2014/2020" .
} ;
INSERT DATA {
  results:library-index-2014-2020 schema:temporalCoverage "2014-2020" .
}

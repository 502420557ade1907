# The results are part of an edition, not of the series.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX results: <https://w3id.org/mipex-kg/results/>
PREFIX schema: <http://schema.org/>
PREFIX series: <https://w3id.org/mipex-kg/series/>

DELETE DATA {
  results:library-index-2014-2020 schema:isPartOf series:library-index .
} ;
INSERT DATA {
  results:library-index-2014-2020 schema:isPartOf edition:library-index-2020 .
}

# The edition belongs to no series.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX schema: <http://schema.org/>
PREFIX series: <https://w3id.org/mipex-kg/series/>

DELETE DATA {
  edition:library-index-2020 schema:isPartOf series:library-index .
}

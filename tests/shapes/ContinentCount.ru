# The source states one continent more than the countries lie on.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

DELETE DATA {
  edition:library-index-2020 mipex:statedContinentCount 2 .
} ;
INSERT DATA {
  edition:library-index-2020 mipex:statedContinentCount 3 .
}

# The number of countries is a decimal, not a whole number.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

DELETE DATA {
  edition:library-index-2020 mipex:statedCountryCount 3 .
} ;
INSERT DATA {
  edition:library-index-2020 mipex:statedCountryCount 3.0 .
}

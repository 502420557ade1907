# No edition covers the country.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  edition:library-index-2020
    schema:spatialCoverage country:AT ;
    mipex:statedCountryCount 3 .
} ;
INSERT DATA {
  edition:library-index-2020 mipex:statedCountryCount 2 .
}

# The edition covers a region, which is no country.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX region: <https://w3id.org/mipex-kg/region/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  edition:library-index-2020 mipex:statedCountryCount 3 .
} ;
INSERT DATA {
  edition:library-index-2020
    schema:spatialCoverage region:m49-150 ;
    mipex:statedCountryCount 4 .
}

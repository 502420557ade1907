# The region is a group of the page, not of M49.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX region: <https://w3id.org/mipex-kg/region/>

DELETE DATA {
  country:AT mipex:m49Region region:m49-150 .
} ;
INSERT DATA {
  country:AT mipex:m49Region region:europe .
}

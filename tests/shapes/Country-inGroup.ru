# The country is in two groups of one continent.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX region: <https://w3id.org/mipex-kg/region/>

INSERT DATA {
  country:AT mipex:inGroup region:other-european-countries .
}

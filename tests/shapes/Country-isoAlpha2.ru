# The country has no code of two letters.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

DELETE DATA {
  country:AT mipex:isoAlpha2 "AT" .
}

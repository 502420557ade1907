# The code of two letters is another country's.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

DELETE DATA {
  country:AT mipex:isoAlpha2 "AT" .
} ;
INSERT DATA {
  country:AT mipex:isoAlpha2 "AU" .
}

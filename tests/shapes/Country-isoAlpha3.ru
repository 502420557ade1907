# The code of three letters has two.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

DELETE DATA {
  country:AT mipex:isoAlpha3 "AUT" .
} ;
INSERT DATA {
  country:AT mipex:isoAlpha3 "AU" .
}

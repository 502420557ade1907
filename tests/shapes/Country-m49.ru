# The M49 code lost the zero in front.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

DELETE DATA {
  country:AT mipex:m49 "040" .
} ;
INSERT DATA {
  country:AT mipex:m49 "40" .
}

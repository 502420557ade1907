# The ISO number lost the zero in front, and M49 with it.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

DELETE DATA {
  country:AT
    mipex:isoNumeric "040" ;
    mipex:m49 "040" .
} ;
INSERT DATA {
  country:AT
    mipex:isoNumeric "40" ;
    mipex:m49 "40" .
}

# The mark stands between quotes.
PREFIX kg: <https://w3id.org/mipex-kg/kg#>
PREFIX person: <https://w3id.org/mipex-kg/person/>

DELETE DATA {
  person:bela-kiss kg:noIndex true .
} ;
INSERT DATA {
  person:bela-kiss kg:noIndex "true" .
}

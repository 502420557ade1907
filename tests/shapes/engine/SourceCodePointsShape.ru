# The length of the source has a unit.
PREFIX kg: <https://w3id.org/mipex-kg/kg#>
PREFIX source: <https://w3id.org/mipex-kg/source/>

DELETE DATA {
  source:imprint kg:codePoints 120 .
} ;
INSERT DATA {
  source:imprint kg:codePoints "120 characters" .
}

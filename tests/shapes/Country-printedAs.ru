# The language of the printed form is missing.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

DELETE DATA {
  country:AL mipex:printedAs "Albania"@en .
} ;
INSERT DATA {
  country:AL mipex:printedAs "Albania" .
}

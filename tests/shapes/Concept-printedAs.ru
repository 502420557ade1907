# The language of the printed form is missing.
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX region: <https://w3id.org/mipex-kg/region/>

DELETE DATA {
  region:eu-member-states mipex:printedAs "EU28"@en .
} ;
INSERT DATA {
  region:eu-member-states mipex:printedAs "EU28" .
}

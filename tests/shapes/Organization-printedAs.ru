# The language of the printed form is missing.
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>

DELETE DATA {
  organisation:city-library mipex:printedAs "CiLi"@en .
} ;
INSERT DATA {
  organisation:city-library mipex:printedAs "CiLi" .
}

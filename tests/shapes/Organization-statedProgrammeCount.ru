# The number of programmes is a decimal, not a whole number.
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>

DELETE DATA {
  organisation:city-library mipex:statedProgrammeCount 1 .
} ;
INSERT DATA {
  organisation:city-library mipex:statedProgrammeCount 1.0 .
}

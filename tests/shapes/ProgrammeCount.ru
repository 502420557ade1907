# The source states a programme more than are listed.
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>

DELETE DATA {
  organisation:city-library mipex:statedProgrammeCount 1 .
} ;
INSERT DATA {
  organisation:city-library mipex:statedProgrammeCount 2 .
}

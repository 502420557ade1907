# There are full stops in the acronym.
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>

DELETE DATA {
  organisation:city-library mipex:acronym "CiLi" .
} ;
INSERT DATA {
  organisation:city-library mipex:acronym "C.L." .
}

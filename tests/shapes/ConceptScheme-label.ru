# The list has no name.
PREFIX region: <https://w3id.org/mipex-kg/region/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  region:m49 skos:prefLabel "M49"@en .
}

# The continent is no concept.
PREFIX region: <https://w3id.org/mipex-kg/region/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  region:africa a skos:Concept .
}

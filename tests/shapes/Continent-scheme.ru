# The continent is in another list, not in that of the inhabited continents.
PREFIX region: <https://w3id.org/mipex-kg/region/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  region:africa skos:inScheme region:inhabited-continents .
} ;
INSERT DATA {
  region:africa skos:inScheme region:page-groups .
}

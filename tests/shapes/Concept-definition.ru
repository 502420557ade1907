# The language of the definition is missing.
PREFIX region: <https://w3id.org/mipex-kg/region/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  region:europe skos:definition "What the page calls Europe."@en .
} ;
INSERT DATA {
  region:europe skos:definition "What the page calls Europe." .
}

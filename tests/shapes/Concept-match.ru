# The concept elsewhere is a text.
PREFIX region: <https://w3id.org/mipex-kg/region/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  region:europe skos:closeMatch "6255148" .
}

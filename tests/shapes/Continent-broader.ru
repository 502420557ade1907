# Something is broader than a continent.
PREFIX region: <https://w3id.org/mipex-kg/region/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  region:africa skos:broader region:europe .
}

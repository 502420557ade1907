# The broader concept is described nowhere.
PREFIX region: <https://w3id.org/mipex-kg/region/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  region:m49-150 skos:broader region:m49-001 .
}

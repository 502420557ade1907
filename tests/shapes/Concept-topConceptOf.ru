# A concept stands where the list belongs.
PREFIX region: <https://w3id.org/mipex-kg/region/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  region:africa skos:topConceptOf region:europe .
}

# The code is a number, and loses the zeros in front.
PREFIX region: <https://w3id.org/mipex-kg/region/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  region:m49-150 skos:notation "150" .
} ;
INSERT DATA {
  region:m49-150 skos:notation 150 .
}

# The concept is in no list.
PREFIX kind: <https://w3id.org/mipex-kg/kind/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA {
  kind:expert skos:inScheme kind:role-kinds .
}

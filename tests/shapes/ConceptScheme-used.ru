# The list has no concepts.
PREFIX kind: <https://w3id.org/mipex-kg/kind/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  kind:library-kinds
    a skos:ConceptScheme ;
    skos:prefLabel "Kinds of libraries"@en .
}

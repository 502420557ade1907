# The language of the label is missing.
PREFIX editorial: <https://w3id.org/mipex-kg/graph/editorial/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

DELETE DATA {
  editorial:one-byron rdfs:label "One Ada Byron, not two"@en .
} ;
INSERT DATA {
  editorial:one-byron rdfs:label "One Ada Byron, not two" .
}

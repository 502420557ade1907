# The language of the label is missing.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX says: <https://w3id.org/mipex-kg/graph/imprint/>

DELETE DATA {
  says:byron rdfs:label "Ada Byron, reader"@en .
} ;
INSERT DATA {
  says:byron rdfs:label "Ada Byron, reader" .
}

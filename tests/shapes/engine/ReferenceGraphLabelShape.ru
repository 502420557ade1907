# The graph has two English labels.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX reference: <https://w3id.org/mipex-kg/graph/reference/>

INSERT DATA {
  reference:country-codes rdfs:label "Countries"@en .
}

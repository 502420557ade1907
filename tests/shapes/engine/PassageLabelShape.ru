# The passage has no label.
PREFIX page: <https://w3id.org/mipex-kg/passage/imprint/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

DELETE DATA {
  page:byron rdfs:label "Ada Byron among the readers"@en .
}

# The source has no address.
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX source: <https://w3id.org/mipex-kg/source/>

DELETE {
  source:imprint ?p ?o .
  ?passage oa:hasSource source:imprint
}
INSERT {
  ?blank ?p ?o .
  ?passage oa:hasSource ?blank
}
WHERE {
  { SELECT (BNODE() AS ?blank) WHERE {} }
  source:imprint ?p ?o .
  ?passage oa:hasSource source:imprint
}

# The passage has no address.
PREFIX page: <https://w3id.org/mipex-kg/passage/imprint/>

DELETE { page:farewell ?p ?o }
INSERT { ?blank ?p ?o }
WHERE {
  { SELECT (BNODE() AS ?blank) WHERE {} }
  page:farewell ?p ?o
}

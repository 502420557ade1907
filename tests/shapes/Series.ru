# The address stands under edition/.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX series: <https://w3id.org/mipex-kg/series/>

DELETE { series:library-index ?p ?o }
INSERT { edition:library-index ?p ?o }
WHERE { series:library-index ?p ?o } ;
DELETE { ?s ?p series:library-index }
INSERT { ?s ?p edition:library-index }
WHERE { ?s ?p series:library-index }

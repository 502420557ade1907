# The address has capitals.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>

DELETE { edition:library-index-2020 ?p ?o }
INSERT { edition:IPL-2020 ?p ?o }
WHERE { edition:library-index-2020 ?p ?o } ;
DELETE { ?s ?p edition:library-index-2020 }
INSERT { ?s ?p edition:IPL-2020 }
WHERE { ?s ?p edition:library-index-2020 }

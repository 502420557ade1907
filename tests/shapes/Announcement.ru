# The address stands under results/.
PREFIX announcement: <https://w3id.org/mipex-kg/announcement/>
PREFIX results: <https://w3id.org/mipex-kg/results/>

DELETE { announcement:new-results ?p ?o }
INSERT { results:announcement ?p ?o }
WHERE { announcement:new-results ?p ?o } ;
DELETE { ?s ?p announcement:new-results }
INSERT { ?s ?p results:announcement }
WHERE { ?s ?p announcement:new-results }

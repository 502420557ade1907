# The address stands under grant/.
PREFIX grant: <https://w3id.org/mipex-kg/grant/>
PREFIX programme: <https://w3id.org/mipex-kg/programme/>

DELETE { programme:better-books ?p ?o }
INSERT { grant:better-books ?p ?o }
WHERE { programme:better-books ?p ?o } ;
DELETE { ?s ?p programme:better-books }
INSERT { ?s ?p grant:better-books }
WHERE { ?s ?p programme:better-books }

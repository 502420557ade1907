# The address has a full stop.
BASE <https://w3id.org/mipex-kg/>
PREFIX post: <https://w3id.org/mipex-kg/post/>

DELETE { post:ada-byron-city-library ?p ?o }
INSERT { <post/ada.byron-city-library> ?p ?o }
WHERE { post:ada-byron-city-library ?p ?o } ;
DELETE { ?s ?p post:ada-byron-city-library }
INSERT { ?s ?p <post/ada.byron-city-library> }
WHERE { ?s ?p post:ada-byron-city-library }

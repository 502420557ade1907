# The address has capitals and an underscore.
PREFIX person: <https://w3id.org/mipex-kg/person/>

DELETE { person:ada-byron ?p ?o }
INSERT { person:Ada_Byron ?p ?o }
WHERE { person:ada-byron ?p ?o } ;
DELETE { ?s ?p person:ada-byron }
INSERT { ?s ?p person:Ada_Byron }
WHERE { ?s ?p person:ada-byron }

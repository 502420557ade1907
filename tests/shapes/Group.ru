# The address stands under organisation/.
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>

DELETE { group:friends ?p ?o }
INSERT { organisation:friends ?p ?o }
WHERE { group:friends ?p ?o } ;
DELETE { ?s ?p group:friends }
INSERT { ?s ?p organisation:friends }
WHERE { ?s ?p group:friends }

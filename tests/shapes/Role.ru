# The address has a full stop.
BASE <https://w3id.org/mipex-kg/>
PREFIX role: <https://w3id.org/mipex-kg/role/>

DELETE { role:ada-byron-expert ?p ?o }
INSERT { <role/ada-byron.expert> ?p ?o }
WHERE { role:ada-byron-expert ?p ?o } ;
DELETE { ?s ?p role:ada-byron-expert }
INSERT { ?s ?p <role/ada-byron.expert> }
WHERE { ?s ?p role:ada-byron-expert }

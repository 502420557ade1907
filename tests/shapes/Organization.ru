# The address has capitals and an underscore.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>

DELETE { organisation:book-fund ?p ?o }
INSERT { organisation:Book_Fund ?p ?o }
WHERE { organisation:book-fund ?p ?o } ;
DELETE { ?s ?p organisation:book-fund }
INSERT { ?s ?p organisation:Book_Fund }
WHERE { ?s ?p organisation:book-fund }

# The address has brackets.
BASE <https://w3id.org/mipex-kg/>
PREFIX grant: <https://w3id.org/mipex-kg/grant/>

DELETE { grant:open-shelves ?p ?o }
INSERT { <grant/4711(12)> ?p ?o }
WHERE { grant:open-shelves ?p ?o } ;
DELETE { ?s ?p grant:open-shelves }
INSERT { ?s ?p <grant/4711(12)> }
WHERE { ?s ?p grant:open-shelves }

# The address ends in a hyphen.
BASE <https://w3id.org/mipex-kg/>
PREFIX project: <https://w3id.org/mipex-kg/project/>

DELETE { project:open-shelves ?p ?o }
INSERT { <project/open-shelves-> ?p ?o }
WHERE { project:open-shelves ?p ?o } ;
DELETE { ?s ?p project:open-shelves }
INSERT { ?s ?p <project/open-shelves-> }
WHERE { ?s ?p project:open-shelves }

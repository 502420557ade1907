# The address stands under project/.
PREFIX programme: <https://w3id.org/mipex-kg/programme/>
PREFIX project: <https://w3id.org/mipex-kg/project/>

DELETE { programme:reading-aloud ?p ?o }
INSERT { project:reading-aloud ?p ?o }
WHERE { programme:reading-aloud ?p ?o } ;
DELETE { ?s ?p programme:reading-aloud }
INSERT { ?s ?p project:reading-aloud }
WHERE { ?s ?p programme:reading-aloud }

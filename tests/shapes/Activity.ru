# The address has capitals.
PREFIX activity: <https://w3id.org/mipex-kg/activity/>

DELETE { activity:choice-of-books ?p ?o }
INSERT { activity:ChoiceOfBooks ?p ?o }
WHERE { activity:choice-of-books ?p ?o } ;
DELETE { ?s ?p activity:choice-of-books }
INSERT { ?s ?p activity:ChoiceOfBooks }
WHERE { ?s ?p activity:choice-of-books }

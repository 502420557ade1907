# The address has an underscore.
PREFIX region: <https://w3id.org/mipex-kg/region/>

DELETE { region:africa ?p ?o }
INSERT { region:af_rica ?p ?o }
WHERE { region:africa ?p ?o } ;
DELETE { ?s ?p region:africa }
INSERT { ?s ?p region:af_rica }
WHERE { ?s ?p region:africa }

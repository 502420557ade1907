# The address stands under countries/.
BASE <https://w3id.org/mipex-kg/>
PREFIX country: <https://w3id.org/mipex-kg/country/>

DELETE { country:AT ?p ?o }
INSERT { <countries/AT> ?p ?o }
WHERE { country:AT ?p ?o } ;
DELETE { ?s ?p country:AT }
INSERT { ?s ?p <countries/AT> }
WHERE { ?s ?p country:AT }

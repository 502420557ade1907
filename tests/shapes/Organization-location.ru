# The language of the place's name is missing.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  organisation:city-library schema:location "Linz"@en .
} ;
INSERT DATA {
  organisation:city-library schema:location "Linz" .
}

# The post names one organisation here and another one there.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX post: <https://w3id.org/mipex-kg/post/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  post:bela-kiss-city-library schema:affiliation organisation:city-library .
} ;
INSERT DATA {
  post:bela-kiss-city-library schema:affiliation organisation:book-fund .
}

# The member of a post is an organisation.
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX post: <https://w3id.org/mipex-kg/post/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  person:bela-kiss schema:affiliation post:bela-kiss-city-library .
  post:bela-kiss-city-library org:member person:bela-kiss .
} ;
INSERT DATA {
  post:bela-kiss-city-library org:member organisation:book-fund .
  organisation:book-fund schema:affiliation post:bela-kiss-city-library .
}

# The post is in a group, as only a role may be.
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX post: <https://w3id.org/mipex-kg/post/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  post:bela-kiss-city-library
    schema:affiliation organisation:city-library ;
    org:organization organisation:city-library .
} ;
INSERT DATA {
  post:bela-kiss-city-library
    schema:affiliation group:friends ;
    org:organization group:friends .
}

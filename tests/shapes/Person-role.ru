# A librarian has a post but no role.
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX post: <https://w3id.org/mipex-kg/post/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  person:carl-linne
    a schema:Person ;
    schema:name "Carl Linné" ;
    schema:affiliation post:carl-linne-city-library .
  post:carl-linne-city-library
    a schema:OrganizationRole, org:Membership ;
    schema:name "Carl Linné at City Library"@en ;
    schema:affiliation organisation:city-library ;
    org:member person:carl-linne ;
    org:organization organisation:city-library .
}

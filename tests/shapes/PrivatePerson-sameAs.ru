# A private person has a profile page.
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  person:bela-kiss schema:sameAs <https://library.example.org/staff/bela-kiss> .
}

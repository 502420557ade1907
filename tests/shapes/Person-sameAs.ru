# The profile page is a text.
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  person:ada-byron schema:sameAs "https://library.example.org/ada" .
}

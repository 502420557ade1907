# A mail address is given.
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  person:ada-byron schema:email <mailto:ada@library.example.org> .
}

# The funding scheme has no name.
PREFIX programme: <https://w3id.org/mipex-kg/programme/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  programme:better-books schema:name "Better Books"@en .
}

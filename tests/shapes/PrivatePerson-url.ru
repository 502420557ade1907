# A private person has a homepage.
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  person:bela-kiss schema:url <https://bela.example.org/> .
}

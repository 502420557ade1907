# The person has a second name.
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  person:ada-byron schema:name "Ada Lovelace" .
}

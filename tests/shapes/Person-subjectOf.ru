# The page about the person is a text.
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  person:ada-byron schema:subjectOf "https://news.example.org/ada" .
}

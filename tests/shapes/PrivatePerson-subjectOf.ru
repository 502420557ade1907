# A private person has a page that reports on them.
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  person:bela-kiss schema:subjectOf <https://news.example.org/2021/bela-kiss> .
}

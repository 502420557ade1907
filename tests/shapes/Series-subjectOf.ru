# The page about the series is a text.
PREFIX schema: <http://schema.org/>
PREFIX series: <https://w3id.org/mipex-kg/series/>

INSERT DATA {
  series:library-index schema:subjectOf "doi:10.1234/shelves" .
}

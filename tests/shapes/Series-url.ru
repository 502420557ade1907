# There are two homepages.
PREFIX schema: <http://schema.org/>
PREFIX series: <https://w3id.org/mipex-kg/series/>

INSERT DATA {
  series:library-index schema:url <https://www.index.example.org/> .
}

# The address is not one of re3data.
PREFIX schema: <http://schema.org/>
PREFIX series: <https://w3id.org/mipex-kg/series/>

INSERT DATA {
  series:library-index schema:sameAs <https://index.example.org/about> .
}

# The address is neither one of re3data nor a DOI.
PREFIX schema: <http://schema.org/>
PREFIX series: <https://w3id.org/mipex-kg/series/>

INSERT DATA {
  series:library-index schema:sameAs <https://index.example.org/about> .
}

# The language of the series' name is missing.
PREFIX schema: <http://schema.org/>
PREFIX series: <https://w3id.org/mipex-kg/series/>

DELETE DATA {
  series:library-index schema:name "Index of Public Libraries"@en .
} ;
INSERT DATA {
  series:library-index schema:name "Index of Public Libraries" .
}

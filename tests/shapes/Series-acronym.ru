# The acronym has a language.
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX series: <https://w3id.org/mipex-kg/series/>

DELETE DATA {
  series:library-index mipex:acronym "IPL" .
} ;
INSERT DATA {
  series:library-index mipex:acronym "IPL"@en .
}

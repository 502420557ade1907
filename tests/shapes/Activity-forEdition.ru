# The activity served the series, not an edition.
PREFIX activity: <https://w3id.org/mipex-kg/activity/>
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX series: <https://w3id.org/mipex-kg/series/>

DELETE DATA {
  activity:choice-of-books mipex:forEdition edition:library-index-2020 .
} ;
INSERT DATA {
  activity:choice-of-books mipex:forEdition series:library-index .
}

# The number of the edition is a word.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

DELETE DATA {
  edition:library-index-2020 mipex:editionNumber 5 .
} ;
INSERT DATA {
  edition:library-index-2020 mipex:editionNumber "fifth" .
}

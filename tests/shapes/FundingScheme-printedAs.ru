# The language of the printed form is missing.
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX programme: <https://w3id.org/mipex-kg/programme/>

DELETE DATA {
  programme:better-books mipex:printedAs "Better Books, a programme for books"@en .
} ;
INSERT DATA {
  programme:better-books mipex:printedAs "Better Books, a programme for books" .
}

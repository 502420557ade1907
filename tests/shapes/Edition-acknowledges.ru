# The edition thanks a person, not a group.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX person: <https://w3id.org/mipex-kg/person/>

INSERT DATA {
  edition:library-index-2020 mipex:acknowledges person:ada-byron .
}

# The language of the other name is missing.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  edition:library-index-2020 schema:alternateName "Fifth edition" .
}

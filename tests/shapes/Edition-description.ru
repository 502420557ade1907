# The edition has no description.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  edition:library-index-2020 schema:abstract "Compares opening hours."@en .
}

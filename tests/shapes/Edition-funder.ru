# A project funds the edition.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX project: <https://w3id.org/mipex-kg/project/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  edition:library-index-2020 schema:funder project:open-shelves .
}

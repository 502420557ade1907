# The grant of the associated project is put on the edition.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX grant: <https://w3id.org/mipex-kg/grant/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  edition:library-index-2020 schema:funding grant:open-shelves .
}

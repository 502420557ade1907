# The grant pays for the edition, which is only associated with the project.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX grant: <https://w3id.org/mipex-kg/grant/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  grant:open-shelves schema:fundedItem edition:library-index-2020 .
}

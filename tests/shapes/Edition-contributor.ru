# A group contributes to the edition, in place of a role.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  edition:library-index-2020 schema:contributor group:friends .
}

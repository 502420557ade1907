# Nobody is in the group, and no edition thanks it.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

DELETE DATA {
  edition:library-index-2020 mipex:acknowledges group:friends .
}

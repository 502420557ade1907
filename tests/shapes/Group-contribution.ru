# There are two contributions in English.
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

INSERT DATA {
  group:friends mipex:contribution "Read a lot."@en .
}

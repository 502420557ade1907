# The group supported a project.
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX project: <https://w3id.org/mipex-kg/project/>

INSERT DATA {
  group:friends mipex:supported project:open-shelves .
}

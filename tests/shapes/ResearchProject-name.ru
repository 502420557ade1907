# The project has no name.
PREFIX project: <https://w3id.org/mipex-kg/project/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  project:open-shelves schema:name "OpenShelves"@en .
}

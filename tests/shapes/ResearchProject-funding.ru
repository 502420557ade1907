# An organisation stands where the grant belongs.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX project: <https://w3id.org/mipex-kg/project/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  project:open-shelves schema:funding organisation:book-fund .
  organisation:book-fund schema:fundedItem project:open-shelves .
}

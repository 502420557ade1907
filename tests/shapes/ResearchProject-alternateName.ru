# The language of the full title is missing.
PREFIX project: <https://w3id.org/mipex-kg/project/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  project:open-shelves schema:alternateName "Shelves that Are Open, and Why"@en .
} ;
INSERT DATA {
  project:open-shelves schema:alternateName "Shelves that Are Open, and Why" .
}

# The homepage is a text.
PREFIX project: <https://w3id.org/mipex-kg/project/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  project:open-shelves schema:url <https://shelves.example.org/> .
} ;
INSERT DATA {
  project:open-shelves schema:url "https://shelves.example.org/" .
}

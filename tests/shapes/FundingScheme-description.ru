# The language of the description is missing.
PREFIX programme: <https://w3id.org/mipex-kg/programme/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  programme:better-books schema:description "A programme for books."@en .
} ;
INSERT DATA {
  programme:better-books schema:description "A programme for books." .
}

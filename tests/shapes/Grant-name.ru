# The language of the grant's name is missing.
PREFIX grant: <https://w3id.org/mipex-kg/grant/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  grant:open-shelves schema:name "Grant agreement 4711–12"@en .
} ;
INSERT DATA {
  grant:open-shelves schema:name "Grant agreement 4711–12" .
}

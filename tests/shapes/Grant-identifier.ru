# The grant has no number.
PREFIX grant: <https://w3id.org/mipex-kg/grant/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  grant:open-shelves schema:identifier "4711–12" .
}

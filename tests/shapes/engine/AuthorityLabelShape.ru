# The authority has no name.
PREFIX schema: <http://schema.org/>
PREFIX source: <https://w3id.org/mipex-kg/source/>

DELETE DATA {
  source:register schema:name "Register of countries"@en .
}

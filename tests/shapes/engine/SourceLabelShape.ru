# The source has no name.
PREFIX schema: <http://schema.org/>
PREFIX source: <https://w3id.org/mipex-kg/source/>

DELETE DATA {
  source:imprint schema:name "Imprint"@en .
}

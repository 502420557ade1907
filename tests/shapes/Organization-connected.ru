# The organisation has nothing to do with the index.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  organisation:tea-house
    a schema:Organization ;
    schema:name "Tea House"@en .
}

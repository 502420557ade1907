# A set of results has no address.
PREFIX schema: <http://schema.org/>

INSERT DATA {
  []
    a schema:Dataset ;
    schema:name "More results"@en .
}

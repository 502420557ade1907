# There is a no-break space in the name, where a plain one belongs.
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  person:ada-byron schema:name "Ada Byron" .
} ;
INSERT DATA {
  person:ada-byron schema:name "Ada\u00A0Byron" .
}

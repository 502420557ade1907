# The language of the description is missing.
PREFIX programme: <https://w3id.org/mipex-kg/programme/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  programme:reading-aloud schema:description "For the young and the old."@en .
} ;
INSERT DATA {
  programme:reading-aloud schema:description "For the young and the old." .
}

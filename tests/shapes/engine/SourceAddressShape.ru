# The web address is a text.
PREFIX schema: <http://schema.org/>
PREFIX source: <https://w3id.org/mipex-kg/source/>

DELETE DATA {
  source:imprint schema:url <https://index.example.org/imprint> .
} ;
INSERT DATA {
  source:imprint schema:url "https://index.example.org/imprint" .
}

# The homepage is a text.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  organisation:city-library schema:url <https://library.example.org/> .
} ;
INSERT DATA {
  organisation:city-library schema:url "https://library.example.org/" .
}

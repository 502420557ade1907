# The language of the other name is missing.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  organisation:city-library schema:alternateName "Library of the City" .
}

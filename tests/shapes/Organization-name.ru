# The organisation has two English names.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  organisation:city-library schema:name "The City Library"@en .
}

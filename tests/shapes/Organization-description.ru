# There are two English descriptions.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  organisation:city-library schema:description "A library."@en .
}

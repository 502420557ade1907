# The identifier is no GRID identifier.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  organisation:city-library schema:identifier "grid.1234.5" .
} ;
INSERT DATA {
  organisation:city-library schema:identifier "1234.5" .
}

# The ROR address is too short.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  organisation:city-library schema:sameAs <https://ror.org/08xxew50> .
}

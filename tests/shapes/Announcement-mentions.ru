# The announcement mentions an organisation.
PREFIX announcement: <https://w3id.org/mipex-kg/announcement/>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  announcement:new-results schema:mentions organisation:book-fund .
}

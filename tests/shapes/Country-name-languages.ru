# The Catalan name is missing.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  country:AT schema:name "Àustria"@ca .
}

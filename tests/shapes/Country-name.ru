# The country has two English names.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  country:AT schema:name "Republic of Austria"@en .
}

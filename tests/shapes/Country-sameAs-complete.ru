# The address in GeoNames is missing.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  country:AT schema:sameAs <https://sws.geonames.org/2782113/> .
}

# The address is a page of Wikidata, not the thing itself.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  country:AT schema:sameAs <https://www.wikidata.org/wiki/Q40> .
}

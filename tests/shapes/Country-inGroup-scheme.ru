# The country is in a group of M49, not of the page.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX region: <https://w3id.org/mipex-kg/region/>

DELETE DATA {
  country:AT mipex:inGroup region:eu-member-states .
} ;
INSERT DATA {
  country:AT mipex:inGroup region:m49-150 .
}

# The edition names a funder who has no role.
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX role: <https://w3id.org/mipex-kg/role/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  role:book-fund-co-funder schema:funder organisation:book-fund .
} ;
INSERT DATA {
  role:book-fund-co-funder schema:funder organisation:city-library .
}

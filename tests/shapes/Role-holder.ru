# Nobody has the role.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX role: <https://w3id.org/mipex-kg/role/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  role:book-fund-co-funder schema:funder organisation:book-fund .
  edition:library-index-2020 schema:funder organisation:book-fund .
}

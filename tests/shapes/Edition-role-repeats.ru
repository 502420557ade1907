# The edition lists the co-funder as a contributor; the co-funder's role says funder.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX role: <https://w3id.org/mipex-kg/role/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  edition:library-index-2020 schema:contributor role:book-fund-co-funder .
}

# The edition thanks an organisation, not a group or a person.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>

INSERT DATA {
  edition:library-index-2020 mipex:acknowledges organisation:book-fund .
}

# A country stands where a group of countries belongs.
PREFIX country: <https://w3id.org/mipex-kg/country/>
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>

INSERT DATA {
  edition:library-index-2020 mipex:coversAllOf country:AT .
}

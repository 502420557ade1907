# A reader is at no organisation.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX kind: <https://w3id.org/mipex-kg/kind/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX role: <https://w3id.org/mipex-kg/role/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  person:carl-linne
    a schema:Person ;
    schema:name "Carl Linné" .
  role:carl-linne-expert
    a schema:Role, org:Membership ;
    schema:name "Carl Linné, expert"@en ;
    schema:contributor person:carl-linne ;
    schema:roleName "Expert"@en ;
    org:member person:carl-linne ;
    org:organization group:readers ;
    org:role kind:expert .
  edition:library-index-2020 schema:contributor role:carl-linne-expert .
}

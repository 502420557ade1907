# The contributor is one person and the member another one.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX role: <https://w3id.org/mipex-kg/role/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  edition:library-index-2020 schema:contributor person:bela-kiss .
  role:bela-kiss-expert schema:contributor person:bela-kiss .
} ;
INSERT DATA {
  role:bela-kiss-expert schema:contributor person:ada-byron .
}

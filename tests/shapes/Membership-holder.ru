# The contributor is one person and the member another one.
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX role: <https://w3id.org/mipex-kg/role/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  role:bela-kiss-expert schema:contributor person:bela-kiss .
} ;
INSERT DATA {
  role:bela-kiss-expert schema:contributor person:ada-byron .
}

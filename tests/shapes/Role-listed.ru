# No edition lists the role.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX role: <https://w3id.org/mipex-kg/role/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  edition:library-index-2020 schema:contributor role:bela-kiss-expert, person:bela-kiss .
}

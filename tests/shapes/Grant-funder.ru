# The funder is a funding scheme, not an organisation.
PREFIX grant: <https://w3id.org/mipex-kg/grant/>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX programme: <https://w3id.org/mipex-kg/programme/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  grant:open-shelves schema:funder organisation:book-fund .
} ;
INSERT DATA {
  grant:open-shelves schema:funder programme:better-books .
}

# The project doesn't name its grant.
PREFIX grant: <https://w3id.org/mipex-kg/grant/>
PREFIX project: <https://w3id.org/mipex-kg/project/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  project:open-shelves schema:funding grant:open-shelves .
}

# The role has no title.
PREFIX role: <https://w3id.org/mipex-kg/role/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  role:ada-byron-expert schema:roleName "Expert"@en .
}

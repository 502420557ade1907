# The language of the role's name is missing.
PREFIX role: <https://w3id.org/mipex-kg/role/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  role:ada-byron-expert schema:name "Ada Byron, expert"@en .
} ;
INSERT DATA {
  role:ada-byron-expert schema:name "Ada Byron, expert" .
}

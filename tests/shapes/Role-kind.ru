# The role has two kinds.
PREFIX kind: <https://w3id.org/mipex-kg/kind/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX role: <https://w3id.org/mipex-kg/role/>

INSERT DATA {
  role:ada-byron-expert org:role kind:co-funder .
}

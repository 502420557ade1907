# The kind of the role is a kind of organisation.
PREFIX kind: <https://w3id.org/mipex-kg/kind/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX role: <https://w3id.org/mipex-kg/role/>

DELETE DATA {
  role:ada-byron-expert org:role kind:expert .
} ;
INSERT DATA {
  role:ada-byron-expert org:role kind:network .
}

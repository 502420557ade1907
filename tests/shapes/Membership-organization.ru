# The role names no group.
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX role: <https://w3id.org/mipex-kg/role/>

DELETE DATA {
  role:ada-byron-expert org:organization group:readers .
}

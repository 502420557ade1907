# A person's role is no org:Membership.
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX role: <https://w3id.org/mipex-kg/role/>

DELETE DATA {
  role:ada-byron-expert a org:Membership .
}

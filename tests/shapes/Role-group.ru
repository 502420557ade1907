# The role is at an organisation, as only a post may be.
PREFIX group: <https://w3id.org/mipex-kg/group/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX role: <https://w3id.org/mipex-kg/role/>

DELETE DATA {
  role:ada-byron-expert org:organization group:readers .
} ;
INSERT DATA {
  role:ada-byron-expert org:organization organisation:city-library .
}

# Nothing says that the role is one.
PREFIX role: <https://w3id.org/mipex-kg/role/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  role:city-library-leading-partner a schema:Role .
}

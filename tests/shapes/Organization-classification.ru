# The kind of organisation is a text.
PREFIX kind: <https://w3id.org/mipex-kg/kind/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>

DELETE DATA {
  organisation:city-library org:classification kind:network .
} ;
INSERT DATA {
  organisation:city-library org:classification "network" .
}

# The graph has no address.
PREFIX kg: <https://w3id.org/mipex-kg/kg#>
PREFIX page: <https://w3id.org/mipex-kg/passage/imprint/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT DATA {
  []
    a kg:StatedGraph ;
    rdfs:label "Something"@en ;
    prov:wasDerivedFrom page:byron .
}

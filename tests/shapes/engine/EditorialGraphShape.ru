# The graph has no address.
PREFIX kg: <https://w3id.org/mipex-kg/kg#>
PREFIX page: <https://w3id.org/mipex-kg/passage/imprint/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

INSERT DATA {
  []
    a kg:EditorialGraph ;
    rdfs:label "Something"@en ;
    kg:reasoning "It stands to reason."@en ;
    prov:wasDerivedFrom page:byron .
}

# The graph has no address.
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX kg: <https://w3id.org/mipex-kg/kg#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX source: <https://w3id.org/mipex-kg/source/>

INSERT DATA {
  []
    a kg:ReferenceGraph ;
    rdfs:label "Something"@en ;
    dct:rights "None known."@en ;
    prov:wasAttributedTo source:register .
}

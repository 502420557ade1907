# A graph rests on a passage that is dismissed.
PREFIX page: <https://w3id.org/mipex-kg/passage/imprint/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX says: <https://w3id.org/mipex-kg/graph/imprint/>

INSERT DATA {
  says:byron prov:wasDerivedFrom page:farewell .
}

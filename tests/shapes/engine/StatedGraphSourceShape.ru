# The graph rests on a source, not on a passage of it.
PREFIX page: <https://w3id.org/mipex-kg/passage/imprint/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX says: <https://w3id.org/mipex-kg/graph/imprint/>
PREFIX source: <https://w3id.org/mipex-kg/source/>

DELETE DATA {
  says:byron prov:wasDerivedFrom page:byron .
} ;
INSERT DATA {
  says:byron prov:wasDerivedFrom source:imprint .
}

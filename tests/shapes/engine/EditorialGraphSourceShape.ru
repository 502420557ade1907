# The conclusion starts from nothing.
PREFIX editorial: <https://w3id.org/mipex-kg/graph/editorial/>
PREFIX page: <https://w3id.org/mipex-kg/passage/imprint/>
PREFIX prov: <http://www.w3.org/ns/prov#>

DELETE DATA {
  editorial:one-byron prov:wasDerivedFrom page:byron .
}

# The authority is missing.
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX reference: <https://w3id.org/mipex-kg/graph/reference/>
PREFIX source: <https://w3id.org/mipex-kg/source/>

DELETE DATA {
  reference:country-codes prov:wasAttributedTo source:register .
}

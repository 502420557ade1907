# The passage has no source.
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX page: <https://w3id.org/mipex-kg/passage/imprint/>
PREFIX source: <https://w3id.org/mipex-kg/source/>

DELETE DATA {
  page:byron oa:hasSource source:imprint .
}

# The passage has no position.
BASE <https://w3id.org/mipex-kg/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX page: <https://w3id.org/mipex-kg/passage/imprint/>

DELETE DATA {
  page:byron oa:hasSelector <passage/imprint/byron#position> .
}

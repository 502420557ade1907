# The position has no end.
BASE <https://w3id.org/mipex-kg/>
PREFIX oa: <http://www.w3.org/ns/oa#>

DELETE DATA {
  <passage/imprint/byron#position> oa:end 29 .
}

# The start is smaller than 0.
BASE <https://w3id.org/mipex-kg/>
PREFIX oa: <http://www.w3.org/ns/oa#>

DELETE DATA {
  <passage/imprint/byron#position> oa:start 20 .
} ;
INSERT DATA {
  <passage/imprint/byron#position> oa:start -1 .
}

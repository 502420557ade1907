# The start and the end are swapped.
BASE <https://w3id.org/mipex-kg/>
PREFIX oa: <http://www.w3.org/ns/oa#>

DELETE DATA {
  <passage/imprint/byron#position>
    oa:end 29 ;
    oa:start 20 .
} ;
INSERT DATA {
  <passage/imprint/byron#position>
    oa:end 20 ;
    oa:start 29 .
}

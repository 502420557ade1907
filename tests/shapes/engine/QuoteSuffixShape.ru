# There are two texts after the quote.
BASE <https://w3id.org/mipex-kg/>
PREFIX oa: <http://www.w3.org/ns/oa#>

INSERT DATA {
  <passage/imprint/byron#quote> oa:suffix " alone" .
}

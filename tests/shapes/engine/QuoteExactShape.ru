# The quote has a language.
BASE <https://w3id.org/mipex-kg/>
PREFIX oa: <http://www.w3.org/ns/oa#>

DELETE DATA {
  <passage/imprint/byron#quote> oa:exact "Ada Byron" .
} ;
INSERT DATA {
  <passage/imprint/byron#quote> oa:exact "Ada Byron"@en .
}

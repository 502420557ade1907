# The quote has 13 words.
BASE <https://w3id.org/mipex-kg/>
PREFIX oa: <http://www.w3.org/ns/oa#>

DELETE DATA {
  <passage/imprint/byron#quote> oa:exact "Ada Byron" .
} ;
INSERT DATA {
  <passage/imprint/byron#quote> oa:exact "Ada Byron came, saw the library, and read all of it in June" .
}

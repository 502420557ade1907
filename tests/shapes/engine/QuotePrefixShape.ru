# The text before the quote has 33 characters.
BASE <https://w3id.org/mipex-kg/>
PREFIX oa: <http://www.w3.org/ns/oa#>

DELETE DATA {
  <passage/imprint/byron#quote> oa:prefix "Our readers were:\n\n " .
} ;
INSERT DATA {
  <passage/imprint/byron#quote> oa:prefix "And all of our readers were:\n\n   " .
}

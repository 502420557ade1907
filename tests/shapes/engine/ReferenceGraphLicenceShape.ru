# The licence is a text.
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX reference: <https://w3id.org/mipex-kg/graph/reference/>

INSERT DATA {
  reference:country-codes dct:license "CC0" .
}

# Neither a licence nor a notice is given.
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX reference: <https://w3id.org/mipex-kg/graph/reference/>

DELETE DATA {
  reference:country-codes
    dct:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dct:rights "Codes may be used freely."@en .
}

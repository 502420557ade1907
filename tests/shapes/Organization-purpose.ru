# The language of a purpose is missing.
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>

DELETE DATA {
  organisation:city-library org:purpose "Books for everybody."@en .
} ;
INSERT DATA {
  organisation:city-library org:purpose "Books for everybody." .
}

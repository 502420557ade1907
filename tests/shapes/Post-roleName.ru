# The post has two titles in one language.
PREFIX post: <https://w3id.org/mipex-kg/post/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  post:ada-byron-city-library schema:roleName "Head of the library"@en .
}

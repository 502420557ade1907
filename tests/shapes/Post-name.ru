# The post has no name.
PREFIX post: <https://w3id.org/mipex-kg/post/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  post:ada-byron-city-library schema:name "Ada Byron at City Library"@en .
}

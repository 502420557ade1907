# The edition is no dataset.
PREFIX edition: <https://w3id.org/mipex-kg/edition/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  edition:library-index-2020 a schema:Dataset .
}

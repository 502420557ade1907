# The activity has no name.
PREFIX activity: <https://w3id.org/mipex-kg/activity/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  activity:choice-of-books schema:name "Choice of the books"@en .
}

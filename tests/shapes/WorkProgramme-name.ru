# The work programme has no name.
PREFIX programme: <https://w3id.org/mipex-kg/programme/>
PREFIX schema: <http://schema.org/>

DELETE DATA {
  programme:reading-aloud schema:name "Reading aloud"@en .
}

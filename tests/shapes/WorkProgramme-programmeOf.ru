# Two organisations run the work programme.
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX programme: <https://w3id.org/mipex-kg/programme/>

INSERT DATA {
  programme:reading-aloud mipex:programmeOf organisation:book-fund .
}

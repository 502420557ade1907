# A programme of an organisation's work stands where the funding scheme belongs.
PREFIX grant: <https://w3id.org/mipex-kg/grant/>
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX programme: <https://w3id.org/mipex-kg/programme/>

DELETE DATA {
  grant:open-shelves mipex:fundingProgramme programme:better-books .
} ;
INSERT DATA {
  grant:open-shelves mipex:fundingProgramme programme:reading-aloud .
}

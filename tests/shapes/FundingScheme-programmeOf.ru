# A person stands where the organisation belongs.
PREFIX mipex: <https://w3id.org/mipex-kg/ontology#>
PREFIX organisation: <https://w3id.org/mipex-kg/organisation/>
PREFIX person: <https://w3id.org/mipex-kg/person/>
PREFIX programme: <https://w3id.org/mipex-kg/programme/>

DELETE DATA {
  programme:better-books mipex:programmeOf organisation:book-fund .
} ;
INSERT DATA {
  programme:better-books mipex:programmeOf person:ada-byron .
}

# The address is no DOI of Crossref's list of funders.
PREFIX programme: <https://w3id.org/mipex-kg/programme/>
PREFIX schema: <http://schema.org/>

INSERT DATA {
  programme:better-books schema:sameAs <https://doi.org/10.1000/182> .
}

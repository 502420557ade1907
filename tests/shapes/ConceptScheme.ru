# The address stands outside of region/ and kind/.
BASE <https://w3id.org/mipex-kg/>
PREFIX region: <https://w3id.org/mipex-kg/region/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
  <list/continents>
    a skos:ConceptScheme ;
    skos:prefLabel "Continents"@en .
  region:africa skos:inScheme <list/continents> .
}

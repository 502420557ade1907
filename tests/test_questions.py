"""Questions that the knowledge graph answers: each with its query and every row of the answer.

Terms are compared as plain strings: IRIs in full, literals by their lexical forms, and what is
unbound as "".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

Row = tuple[str, ...]
Ask = Callable[..., list[Row]]

BASE = "https://w3id.org/mipex-kg/"
COUNTRY = BASE + "country/"
EDITION = BASE + "edition/mipex-2020"
EDITORIAL = BASE + "graph/editorial/"
GROUP = BASE + "group/"
KIND = BASE + "kind/"
ORGANISATION = BASE + "organisation/"
PAGE = BASE + "passage/who-produces-mipex/"
PERSON = BASE + "person/"
PROGRAMME = BASE + "programme/"
REGION = BASE + "region/"
ROLE = BASE + "role/"

CIDOB = (ORGANISATION + "cidob", "Barcelona Centre for International Affairs", "CIDOB")
MPG = (ORGANISATION + "mpg", "Migration Policy Group", "MPG")
UVA = (ORGANISATION + "university-of-amsterdam", "University of Amsterdam", "")

TEAM_MEMBER = "Member of the coordination team"


def person(slug: str, name: str, *more: str) -> Row:
    return (PERSON + slug, name, *more)


def countries(*entries: str) -> list[Row]:
    """Rows of countries-of-group: each entry is a code, a name, and the printed form if another."""
    rows: list[Row] = []
    for entry in entries:
        code, name, *printed = entry.split("|")
        rows.append((COUNTRY + code, name, printed[0] if printed else name))
    return rows


@dataclass(frozen=True)
class Question:
    """A question, the query for it, and its answer in full."""

    id: str
    text: str
    query: str
    answer: list[Row]
    given: dict[str, str] = field(default_factory=dict)


EDITION_SUMMARY = (
    "MIPEX 2020",
    "5",
    "Migrant Integration Policy Index",
    "52",
    "5",
    BASE + "project/crossmigration",
    "CrossMigration",
)
RESULTS = (
    BASE + "results/mipex-2014-2020",
    "New results of MIPEX (2014-2020)",
    "2014/2020",
    "by the end of 2020",
    BASE + "announcement/new-results",
)
CONTRIBUTIONS: list[Row] = [
    (
        GROUP + "experts",
        "Group of experts",
        "They helped select the core indicators for each policy area.",
        "Selection of the core indicators used to capture each policy area",
    ),
    (
        GROUP + "partner-network",
        "Network of partners",
        "They contributed energy and support to MIPEX.",
        "",
    ),
    (
        GROUP + "contributor-networks",
        "Networks of experts, peer reviewers and country profile contributors",
        "They contributed the detailed knowledge behind the comparative data on which MIPEX "
        "depends.",
        "",
    ),
]
STATED_52: list[Row] = [
    (
        EDITION,
        "MIPEX 2020",
        "stated number of countries",
        "52",
        PAGE + "coverage-52",
        "MIPEX 2020 conducts a complete review of integration policies in 52 countries",
    ),
    (
        EDITION,
        "MIPEX 2020",
        "stated number of countries",
        "52",
        PAGE + "announcement-52",
        "MIPEX 2020 will include 52 European and non-European countries",
    ),
]

COMPETENCY_QUESTIONS = [
    Question(
        "CQ01",
        "Who leads the research?",
        "role-holders",
        [
            person(
                "giacomo-solano", "Giacomo Solano", ROLE + "giacomo-solano-principal-investigator"
            ),
            person(
                "thomas-huddleston",
                "Thomas Huddleston",
                ROLE + "thomas-huddleston-principal-investigator",
            ),
        ],
        {"kind": "kind:principal-investigator"},
    ),
    Question(
        "CQ03",
        "What is MPG short for?",
        "acronym-meaning",
        [(ORGANISATION + "mpg", "Migration Policy Group", "true")],
        {"acronym": "MPG"},
    ),
    Question(
        "CQ04",
        "What kind of organisation is CIDOB?",
        "organisation-kind",
        [
            (
                KIND + "independent-think-tank",
                "independent think tank",
                "An independent think tank concerned with governance, freedom, dialogue and "
                "human rights.",
            )
        ],
        {"organisation": "organisation:cidob"},
    ),
    Question(
        "CQ06",
        "Who paid for a part of MIPEX 2020?",
        "direct-funders",
        [(ORGANISATION + "cgd-europe", "Centre for Global Development Europe")],
        {"work": "edition:mipex-2020"},
    ),
    Question(
        "CQ07",
        "Which project is MIPEX 2020 associated with?",
        "edition-summary",
        [EDITION_SUMMARY],
        {"edition": "edition:mipex-2020"},
    ),
    Question(
        "CQ09",
        "How many continents are covered?",
        "SELECT ?n WHERE { edition:mipex-2020 mipex:statedContinentCount ?n }",
        [("5",)],
    ),
    Question(
        "CQ10",
        "Which edition is it?",
        """SELECT ?n ?name WHERE {
          edition:mipex-2020 mipex:editionNumber ?n ; schema:alternateName ?name
        }""",
        [("5", "Fifth edition of MIPEX")],
    ),
    Question(
        "CQ12",
        "What does Giacomo Solano do, and where?",
        "person-posts",
        [("Statistical and policy researcher", *MPG)],
        {"person": "person:giacomo-solano"},
    ),
    Question(
        "CQ13",
        "Where is Albert Kraler?",
        "person-posts",
        [("", ORGANISATION + "danube-university-krems", "Danube University Krems", "")],
        {"person": "person:albert-kraler"},
    ),
    Question("CQ15", "Which years do the new results cover?", "announced-results", [RESULTS]),
    Question(
        "CQ16",
        "When were the new results to come out?",
        "SELECT ?when WHERE { results:mipex-2014-2020 mipex:expectedBy ?when }",
        [("by the end of 2020",)],
    ),
    Question(
        "CQ18",
        "Which countries of Oceania are covered?",
        "countries-of-group",
        countries("AU|Australia", "NZ|New Zealand"),
        {"group": "region:oceania"},
    ),
    Question(
        "CQ19",
        "Which countries of North America are covered?",
        "countries-of-group",
        countries("CA|Canada", "MX|Mexico", "US|United States|US"),
        {"group": "region:north-america"},
    ),
    Question(
        "CQ21",
        "Which countries of Asia are covered?",
        "countries-of-group",
        countries(
            "CN|China", "IN|India", "ID|Indonesia", "IL|Israel", "JP|Japan", "KR|South Korea"
        ),
        {"group": "region:asia"},
    ),
    Question(
        "CQ22",
        "Which European countries outside the EU are covered?",
        "countries-of-group",
        countries(
            "AL|Albania",
            "IS|Iceland",
            "MD|Moldova",
            "MK|North Macedonia",
            "NO|Norway",
            "RU|Russia",
            "RS|Serbia",
            "CH|Switzerland",
            "TR|Türkiye|Turkey",
            "UA|Ukraine",
        ),
        {"group": "region:other-european-countries"},
    ),
    Question(
        "CQ24",
        "Who manages the content?",
        "posts-by-title",
        [person("anna-busquets", "Anna Busquets", "Content Manager", *CIDOB)],
        {"words": "content manager"},
    ),
    Question(
        "CQ25",
        "Who are the interns, and where?",
        "posts-by-title",
        [
            person("khaddija-jobe", "Khaddija Jobe", "Intern", *MPG),
            person("marco-paron-trivellato", "Marco Paron Trivellato", "Intern", *MPG),
            person("sara-bortoletti", "Sara Bortoletti", "Intern", *MPG),
        ],
        {"words": "intern"},
    ),
    Question(
        "CQ27",
        "How many experts are thanked by name? These nine.",
        "group-members",
        [
            person("albert-kraler", "Albert Kraler", "Expert"),
            person("david-ingleby", "David Ingleby", "Expert"),
            person("dirk-jacobs", "Dirk Jacobs", "Expert"),
            person("hanna-siarova", "Hanna Siarova", "Expert"),
            person("isabelle-chopin", "Isabelle Chopin", "Expert"),
            person("maarten-vink", "Maarten Vink", "Expert"),
            person("marc-helbling", "Marc Helbling", "Expert"),
            person("martin-kahanec", "Martin Kahanec", "Expert"),
            person("maurice-crul", "Maurice Crul", "Expert"),
        ],
        {"group": "group:experts"},
    ),
    Question(
        "CQ28",
        "How many people make up the coordination team? These nine.",
        "group-members",
        [
            person("anna-busquets", "Anna Busquets", TEAM_MEMBER),
            person("carlota-cumella-de-montserrat", "Carlota Cumella de Montserrat", TEAM_MEMBER),
            person("david-ingleby", "David Ingleby", "Other researcher"),
            person("francesco-pasetti", "Francesco Pasetti", "Other researcher"),
            person("giacomo-solano", "Giacomo Solano", "Principal Investigator"),
            person("khaddija-jobe", "Khaddija Jobe", TEAM_MEMBER),
            person("marco-paron-trivellato", "Marco Paron Trivellato", TEAM_MEMBER),
            person("sara-bortoletti", "Sara Bortoletti", TEAM_MEMBER),
            person("thomas-huddleston", "Thomas Huddleston", "Principal Investigator"),
        ],
        {"group": "group:coordination-team"},
    ),
    Question(
        "CQ30",
        "Who has more than one role?",
        "people-with-several-roles",
        [
            person(
                "david-ingleby",
                "David Ingleby",
                ROLE + "david-ingleby-expert",
                "Expert",
                "Group of experts",
            ),
            person(
                "david-ingleby",
                "David Ingleby",
                ROLE + "david-ingleby-other-researcher",
                "Other researcher",
                "MIPEX Coordination Team",
            ),
        ],
    ),
    Question(
        "CQ31",
        "How many different people are named?",
        "totals",
        [("17", "16", "52", "21", "21")],
    ),
    Question(
        "CQ33",
        "How many countries are there in each continent?",
        "countries-per-continent",
        [
            (REGION + "europe", "Europe", "38"),
            (REGION + "asia", "Asia", "6"),
            (REGION + "north-america", "North America", "3"),
            (REGION + "south-america", "South America", "3"),
            (REGION + "oceania", "Oceania", "2"),
        ],
    ),
    Question(
        "CQ34",
        "Which organisation has the most people in the coordination team?",
        "group-organisations",
        [(*MPG, "5", "9"), (*CIDOB, "3", "9"), (*UVA, "1", "9")],
        {"group": "group:coordination-team"},
    ),
    Question(
        "CQ36",
        "Who in the team is at CIDOB?",
        "group-members-at",
        [
            person("anna-busquets", "Anna Busquets"),
            person("carlota-cumella-de-montserrat", "Carlota Cumella de Montserrat"),
            person("francesco-pasetti", "Francesco Pasetti"),
        ],
        {"group": "group:coordination-team", "organisation": "organisation:cidob"},
    ),
    Question(
        "CQ37",
        "Who in the team is at neither leading partner?",
        "group-members-outside-leading-partners",
        [person("david-ingleby", "David Ingleby", *UVA[:2])],
    ),
    Question(
        "CQ39",
        "Which continent where people live is not covered?",
        "absent-continents",
        [(REGION + "africa", "Africa")],
    ),
    Question(
        "CQ40",
        "Which countries of the announcement does the first list name, too?",
        "announced-countries",
        countries(
            "AU|Australia",
            "BR|Brazil",
            "CA|Canada",
            "CN|China",
            "IN|India",
            "JP|Japan",
            "MX|Mexico",
            "US|United States|US",
        ),
    ),
    Question(
        "CQ42",
        "What did the networks of contributors give?",
        "SELECT ?what WHERE { group:contributor-networks mipex:contribution ?what }",
        [(CONTRIBUTIONS[2][2],)],
    ),
    Question("CQ43", "What did the experts support?", "group-contributions", CONTRIBUTIONS),
    Question(
        "CQ45",
        "Whose money is behind the associated project, and by which grant and programme?",
        "funding-path",
        [
            (
                BASE + "project/crossmigration",
                "CrossMigration",
                BASE + "grant/crossmigration",
                "Ares (2017) 5627812–770121",
                PROGRAMME + "horizon-2020",
                "Horizon 2020",
                ORGANISATION + "european-union",
                "European Union",
            )
        ],
    ),
    Question(
        "CQ46",
        "Does the European Union fund MIPEX 2020 itself? Nobody says so.",
        "funds-directly",
        [],
        {"funder": "organisation:european-union", "work": "edition:mipex-2020"},
    ),
    Question(
        "CQ48",
        "Which organisations have people both among the experts and in the team?",
        "organisations-of-both-groups",
        [(*MPG, "1", "5"), (*UVA, "1", "1")],
    ),
    Question(
        "CQ49",
        "Which organisations are named without any of their people?",
        "organisations-without-people",
        [
            (ORGANISATION + "cgd-europe", "Centre for Global Development Europe"),
            (ORGANISATION + "european-union", "European Union"),
        ],
    ),
    Question(
        "CQ51",
        "Which expert is in a network, and where else?",
        "experts-in-networks",
        [
            person(
                "hanna-siarova",
                "Hanna Siarova",
                ORGANISATION + "sirius",
                "SIRIUS network",
                ORGANISATION + "ppmi",
                "PPMI",
                "PPMI",
            )
        ],
    ),
    Question(
        "CQ52",
        "How many affiliations do the nine experts have, with how many organisations?",
        "affiliation-counts",
        [("9", "13", "13")],
        {"group": "group:experts"},
    ),
    Question(
        "CQ54",
        "What do the listed groups add up to? 28 + 10 + 6 + 3 + 3 + 2 = 52.",
        "countries-per-group",
        [
            (REGION + "eu-member-states", "EU Member States (including the UK)", "28"),
            (REGION + "other-european-countries", "Other European countries", "10"),
            (REGION + "asia", "Asia", "6"),
            (REGION + "north-america", "North America", "3"),
            (REGION + "south-america", "South America", "3"),
            (REGION + "oceania", "Oceania", "2"),
        ],
    ),
    Question(
        "CQ55",
        "Is a principal investigator thanked as an expert? None is.",
        "people-with-both-roles",
        [],
        {"first": "kind:principal-investigator", "second": "kind:expert"},
    ),
    Question(
        "CQ57",
        "How many core indicators are there? It is not stated.",
        "stated-counts",
        [],
        {"of": "indicators"},
    ),
    Question(
        "CQ58",
        "Which acronyms does the page leave unexplained?",
        "unexpanded-acronyms",
        [
            (
                ORGANISATION + "celsi",
                "CELSI",
                "CELSI",
                "Central European Labour Studies Institute",
            ),
            (
                ORGANISATION + "cidob",
                "CIDOB",
                "CIDOB",
                "Barcelona Centre for International Affairs",
            ),
            (ORGANISATION + "ppmi", "PPMI", "PPMI", "PPMI"),
            (
                ORGANISATION + "sirius",
                "SIRIUS",
                "SIRIUS network",
                "SIRIUS – Policy Network on Migrant Education",
            ),
            (ORGANISATION + "vu-amsterdam", "VU", "VU", "Vrije Universiteit Amsterdam"),
        ],
    ),
    Question(
        "CQ60",
        "Where is the number of countries stated, and is it the same?",
        "stated-counts",
        STATED_52,
        {"of": "countries"},
    ),
]

OTHER_QUESTIONS = [
    Question(
        "policy-areas",
        "How many policy areas are there? It is not stated.",
        "stated-counts",
        [],
        {"of": "policy areas"},
    ),
    Question(
        "coverage",
        "Are as many countries listed as the page states?",
        "coverage-check",
        [("52", "52", "true")],
    ),
    Question(
        "m49",
        "Which countries does the page put in another continent than the United Nations?",
        "m49-differences",
        [
            (
                COUNTRY + "CY",
                "Cyprus",
                REGION + "europe",
                "Europe",
                REGION + "m49-142",
                "Asia (M49)",
            ),
            (
                COUNTRY + "TR",
                "Türkiye",
                REGION + "europe",
                "Europe",
                REGION + "m49-142",
                "Asia (M49)",
            ),
        ],
    ),
    Question(
        "mexico",
        "In which regions of M49 is Mexico?",
        "SELECT ?code WHERE { country:MX mipex:m49Region/skos:notation ?code } ORDER BY ?code",
        [("013",), ("019",)],
    ),
    Question(
        "programmes",
        "Which programmes does MPG have?",
        "organisation-programmes",
        [
            (PROGRAMME + "anti-discrimination-and-equality", "Anti-discrimination and Equality"),
            (PROGRAMME + "diversity-and-integration", "Diversity and Integration"),
            (PROGRAMME + "international-movement-of-persons", "International movement of persons"),
        ],
        {"organisation": "organisation:mpg"},
    ),
    Question(
        "programmes-of-the-eu",
        "Which programme does the European Union have?",
        "organisation-programmes",
        [(PROGRAMME + "horizon-2020", "Horizon 2020")],
        {"organisation": "organisation:european-union"},
    ),
    Question(
        "leading-partners",
        "Which organisations lead?",
        "role-holders",
        [
            (CIDOB[0], CIDOB[1], ROLE + "cidob-leading-partner"),
            (MPG[0], MPG[1], ROLE + "mpg-leading-partner"),
        ],
        {"kind": "kind:leading-partner"},
    ),
    Question(
        "thanked-groups",
        "Which groups are thanked?",
        "acknowledged-groups",
        [row[:2] for row in CONTRIBUTIONS],
    ),
    Question(
        "thanked-people",
        "Who is thanked by name?",
        """SELECT ?name WHERE {
          edition:mipex-2020 mipex:acknowledges ?person .
          ?person a schema:Person ; schema:name ?name
        } ORDER BY ?name""",
        [
            ("Albert Kraler",),
            ("David Ingleby",),
            ("Dirk Jacobs",),
            ("Hanna Siarova",),
            ("Isabelle Chopin",),
            ("Maarten Vink",),
            ("Marc Helbling",),
            ("Martin Kahanec",),
            ("Maurice Crul",),
        ],
    ),
    Question(
        "thanked",
        "How many are thanked: groups, and people by name?",
        "thanked",
        [
            *((*row[:2], "group") for row in CONTRIBUTIONS),
            person("albert-kraler", "Albert Kraler", "person"),
            person("david-ingleby", "David Ingleby", "person"),
            person("dirk-jacobs", "Dirk Jacobs", "person"),
            person("hanna-siarova", "Hanna Siarova", "person"),
            person("isabelle-chopin", "Isabelle Chopin", "person"),
            person("maarten-vink", "Maarten Vink", "person"),
            person("marc-helbling", "Marc Helbling", "person"),
            person("martin-kahanec", "Martin Kahanec", "person"),
            person("maurice-crul", "Maurice Crul", "person"),
        ],
    ),
    Question(
        "funder-of-the-project",
        "Who funds CrossMigration?",
        "direct-funders",
        [(ORGANISATION + "european-union", "European Union")],
        {"work": "project:crossmigration"},
    ),
    Question(
        "horizon-2020",
        "What does the page call the programme behind the grant?",
        "SELECT ?name WHERE { programme:horizon-2020 schema:alternateName ?name }",
        [("Horizon 2020 research and innovation programme",)],
    ),
    Question(
        "mpg-kind",
        "What kind of organisation is MPG?",
        """SELECT ?kind ?label WHERE {
          organisation:mpg org:classification ?kind . ?kind skos:prefLabel ?label
        }""",
        [
            (
                KIND + "independent-non-profit-european-organisation",
                "independent non-profit European organisation",
            )
        ],
    ),
    Question(
        "short-names",
        "By which short names are things known to those who read schema.org alone?",
        """SELECT ?short WHERE { ?thing mipex:acronym ?acronym ; schema:alternateName ?short
          FILTER (STR(?short) = ?acronym) } ORDER BY ?short""",
        [("CELSI",), ("CIDOB",), ("MIPEX",), ("MPG",), ("SIRIUS",), ("ULB",), ("VU",), ("WZB",)],
    ),
    Question(
        "all-stated-counts",
        "Which numbers does the page state?",
        "SELECT ?name ?n WHERE { ?thing mipex:statedCount ?n ; schema:name ?name } ORDER BY ?n",
        [("Migration Policy Group", "3"), ("MIPEX 2020", "5"), ("MIPEX 2020", "52")],
    ),
    Question(
        "foaf-agents",
        "How many agents of each kind does FOAF see?",
        """SELECT ?kind (COUNT(?agent) AS ?n) WHERE { ?agent a foaf:Agent, ?kind
          FILTER (?kind IN (foaf:Person, foaf:Organization, foaf:Group)) }
        GROUP BY ?kind ORDER BY ?kind""",
        [
            ("http://xmlns.com/foaf/0.1/Group", "4"),
            # The publisher of the catalogue is one of them.
            ("http://xmlns.com/foaf/0.1/Organization", "17"),
            ("http://xmlns.com/foaf/0.1/Person", "17"),
        ],
    ),
    Question(
        "foaf-project",
        "What is the name of the project in FOAF?",
        "SELECT ?name WHERE { ?project a foaf:Project ; foaf:name ?name }",
        [("CrossMigration",)],
    ),
    Question(
        "announced-coverage",
        "Which countries does the announcement say that MIPEX 2020 covers?",
        """SELECT ?name WHERE {
          GRAPH <graph/who-produces-mipex/announcement-countries> {
            edition:mipex-2020 schema:spatialCoverage ?country . ?country mipex:printedAs ?name
          }
        } ORDER BY ?name""".replace("<graph/", f"<{BASE}graph/"),
        [
            ("Australia",),
            ("Brazil",),
            ("Canada",),
            ("China",),
            ("India",),
            ("Japan",),
            ("Mexico",),
            ("US",),
        ],
    ),
    Question(
        "fifth-edition-grounds",
        "Why is it the fifth edition? The page counts it, and we say that it is MIPEX 2020.",
        """SELECT ?graph ?quote WHERE {
          GRAPH ?graph { edition:mipex-2020 mipex:editionNumber 5 }
          ?graph prov:wasDerivedFrom page:fifth-edition .
          page:fifth-edition oa:hasSelector/oa:exact ?quote
        } ORDER BY ?graph""",
        [
            (EDITORIAL + "fifth-edition", "The fifth edition of the MIPEX"),
            (
                BASE + "graph/who-produces-mipex/fifth-edition",
                "The fifth edition of the MIPEX",
            ),
        ],
    ),
    Question(
        "links",
        "Where is Francesco Pasetti's profile, and who says so?",
        "links-elsewhere",
        [
            (
                "https://prod.cidob.org/en/expertos/francesco-pasetti",
                "Barcelona Centre for International Affairs",
                BASE + "graph/reference/profile-francesco-pasetti",
                "",
                "Facts and addresses only; no text of the authority’s is reproduced.",
            )
        ],
        {"thing": "person:francesco-pasetti"},
    ),
    Question(
        "catalogues",
        "Which entries of registries are MIPEX itself, and which are about it?",
        """SELECT ?property ?entry WHERE {
          series:mipex ?property ?entry FILTER (?property IN (schema:sameAs, schema:subjectOf))
        } ORDER BY ?property""",
        [
            (
                "http://schema.org/sameAs",
                "https://www.re3data.org/repository/r3d100013248",
            ),
            ("http://schema.org/subjectOf", "https://doi.org/10.17903/FK2/36KETR"),
        ],
    ),
    Question(
        "group-sizes",
        "How many people of each group are named?",
        "group-sizes",
        [
            (GROUP + "experts", "Group of experts", "9"),
            (GROUP + "coordination-team", "MIPEX Coordination Team", "9"),
            (GROUP + "partner-network", "Network of partners", "0"),
            (*CONTRIBUTIONS[2][:2], "0"),
        ],
    ),
    Question(
        "partners-listed",
        "Who is in the network of partners? The page announces a list and has none.",
        "group-members",
        [],
        {"group": "group:partner-network"},
    ),
    Question(
        "two-affiliations",
        "Which people are at two organisations?",
        """SELECT ?name (COUNT(DISTINCT ?organisation) AS ?n) WHERE {
          ?person schema:name ?name ; org:memberOf ?organisation
        } GROUP BY ?name HAVING (COUNT(DISTINCT ?organisation) > 1) ORDER BY ?name""",
        [
            ("Hanna Siarova", "2"),
            ("Maarten Vink", "2"),
            ("Marc Helbling", "2"),
            ("Martin Kahanec", "2"),
        ],
    ),
    Question(
        "ingleby",
        "Where is David Ingleby, and as what?",
        "person-posts",
        [("Affiliated Researcher", *UVA)],
        {"person": "person:david-ingleby"},
    ),
    Question(
        "turkey",
        "What are Turkey's names?",
        """SELECT ?language ?name WHERE {
          country:TR schema:name ?name BIND (LANG(?name) AS ?language)
        } ORDER BY ?language""",
        [
            ("ca", "Turquia"),
            ("de", "Türkei"),
            ("en", "Türkiye"),
            ("es", "Turquía"),
            ("fr", "Turquie"),
            ("it", "Turchia"),
            ("nl", "Turkije"),
            ("pt", "Turquia"),
        ],
    ),
    Question(
        "codes",
        "Which codes does Albania have?",
        """SELECT ?a2 ?a3 ?n ?m49 WHERE { country:AL mipex:isoAlpha2 ?a2 ; mipex:isoAlpha3 ?a3 ;
          mipex:isoNumeric ?n ; mipex:m49 ?m49 }""",
        [("AL", "ALB", "008", "008")],
    ),
    Question(
        "unnamed-countries",
        "How many countries does the page mean without naming them?",
        """SELECT (COUNT(?country) AS ?n) WHERE {
          ?country a schema:Country FILTER NOT EXISTS { ?country mipex:printedAs ?printed }
        }""",
        [("27",)],
    ),
    Question(
        "uk",
        "Which graph puts the UK in its group?",
        "SELECT ?graph WHERE { GRAPH ?graph { country:GB mipex:inGroup region:eu-member-states } }",
        [(BASE + "graph/who-produces-mipex/coverage-uk",)],
    ),
    Question(
        "private-persons",
        "Which private people have a link elsewhere? None may have.",
        """SELECT ?person ?link WHERE {
          ?person kg:noIndex true ; schema:sameAs|schema:subjectOf|schema:url ?link
        }""",
        [],
    ),
    Question(
        "private-persons-marked",
        "Whose pages do search engines leave out?",
        "SELECT ?name WHERE { ?person kg:noIndex true ; schema:name ?name } ORDER BY ?name",
        [
            ("Anna Busquets",),
            ("Carlota Cumella de Montserrat",),
            ("Khaddija Jobe",),
            ("Marco Paron Trivellato",),
            ("Sara Bortoletti",),
        ],
    ),
    Question(
        "vu",
        "What is VU, and who says so? Not the page.",
        "SELECT ?graph ?name WHERE { GRAPH ?graph { organisation:vu-amsterdam schema:name ?name } "
        'FILTER (LANG(?name) = "en") }',
        [(EDITORIAL + "vu-amsterdam", "Vrije Universiteit Amsterdam")],
    ),
    Question(
        "ulb",
        "What does the ULB call itself?",
        'SELECT ?name WHERE { organisation:ulb schema:name ?name FILTER (LANG(?name) = "fr") }',
        [("Université libre de Bruxelles",)],
    ),
    Question(
        "typo",
        "Where is the slip in the thanks, and is it kept?",
        "SELECT ?quote WHERE { page:experts-thanked oa:hasSelector/oa:exact ?quote }",
        [("thank the following experts for their unevaluable support",)],
    ),
    Question(
        "dismissed",
        "Which words of the page state nothing?",
        """SELECT ?quote WHERE { ?passage a kg:DismissedPassage ; oa:hasSelector/oa:exact ?quote }
        ORDER BY ?quote""",
        [("Stay tuned!",), ("and much more",)],
    ),
    Question(
        "all-eu",
        "Of which group are all countries covered?",
        "SELECT ?group WHERE { edition:mipex-2020 mipex:coversAllOf ?group }",
        [(REGION + "eu-member-states",)],
    ),
    Question(
        "announced-groups",
        "Which group stands among the announced countries, and how is it printed?",
        """SELECT ?group ?printed WHERE {
          GRAPH ?graph {
            announcement:new-results schema:mentions ?group . ?group mipex:printedAs ?printed
          }
          ?group a skos:Concept
        }""",
        [(REGION + "eu-member-states", "EU28")],
    ),
    Question(
        "crossmigration",
        "When did CrossMigration begin?",
        "SELECT ?date WHERE { project:crossmigration schema:foundingDate ?date }",
        [("2018-03-01",)],
    ),
    Question(
        "grant-for-the-edition",
        "Which grant funds the edition? None does.",
        "SELECT ?grant WHERE { { edition:mipex-2020 schema:funding ?grant } UNION "
        "{ ?grant schema:fundedItem edition:mipex-2020 } }",
        [],
    ),
    Question(
        "published",
        "When were the new results published? It is not said.",
        "SELECT ?date WHERE { results:mipex-2014-2020 schema:datePublished|dct:issued ?date }",
        [],
    ),
]


@pytest.mark.parametrize(
    "question", COMPETENCY_QUESTIONS + OTHER_QUESTIONS, ids=lambda question: str(question.id)
)
def test_answer(ask: Ask, question: Question) -> None:
    """The query gives the answer, row by row and in order."""
    assert ask(question.query, **question.given) == question.answer


def test_all_questions_are_asked() -> None:
    """Every question has an id of its own, and there are as many as there were."""
    ids = [question.id for question in COMPETENCY_QUESTIONS + OTHER_QUESTIONS]
    assert len(COMPETENCY_QUESTIONS) == 40
    assert len(OTHER_QUESTIONS) >= 15
    assert len(set(ids)) == len(ids)

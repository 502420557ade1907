"""One page of every kind that a site has, by the template that writes it."""

from __future__ import annotations

KINDS = {
    "index": ("index.html",),
    "thing": (
        "person/david-ingleby.html",
        "organisation/mpg.html",
        "country/ES.html",
        "edition/mipex-2020.html",
        "role/david-ingleby-expert.html",
    ),
    "source": ("source/who-produces-mipex.html",),
    "graph": (
        "graph/who-produces-mipex/co-funder.html",
        "graph/editorial/private-persons.html",
        "graph/reference/report-isabelle-chopin.html",
        "graph/record.html",
    ),
    "passage": ("passage/who-produces-mipex/coverage-52.html",),
    "thesaurus": ("region/m49.html", "region/m49-150.html"),
    "rule": ("rule/funder-from-role.html",),
    "ontology": ("ontology.html", "kg.html"),
    "classes": ("class/index.html",),
    "class": ("class/person.html", "class/country.html"),
    "queries": ("queries.html",),
    "query": ("query/countries.html",),
    "shapes": ("shapes.html",),
    "data": ("data.html",),
    "network": ("network.html",),
    "about": ("about.html",),
    "search": ("search.html",),
    "sparql": ("sparql.html",),
    "404": ("404.html",),
}
# The second project has a query that needs a value, and a text page of its own.
SECOND = {
    "index": ("index.html",),
    "thing": ("tower/graue-moewe.html", "service/okke-brahms-graue-moewe.html"),
    "graph": ("graph/hafenbote/brahms-moewe.html",),
    "passage": ("passage/hafenbote/graue-moewe.html",),
    "ontology": ("ontology.html",),
    "classes": ("class/index.html",),
    "class": ("class/leuchtturm.html",),
    "query": ("query/keepers.html", "query/towers.html"),
    "network": ("network.html",),
    "text": ("anreise.html",),
}
# Pages of an ontology's single terms, which neither has: test_ontology_pages.py looks at them.
ELSEWHERE = {"term"}
PAGES = [
    *(("mipex", path) for paths in KINDS.values() for path in paths),
    *(("lighthouses", path) for paths in SECOND.values() for path in paths),
]
# The first page of each kind.
ONE_OF_EACH = [
    *(("mipex", paths[0]) for paths in KINDS.values()),
    *(("lighthouses", path) for path in ("query/keepers.html", "anreise.html")),
]

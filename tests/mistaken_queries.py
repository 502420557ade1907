"""Queries that don't parse: the page for asking and the command line say the same of them."""

from __future__ import annotations

# What is wrong with each, in words, where, and what is underlined.
MISTAKES = {
    "SELCT ?s { ?s ?p ?o }": ("SELCT: did you mean SELECT?", (1, 1), "SELCT"),
    "SELECT ?s { ?s ?p ?o }\nLIMT 5": ("LIMT: did you mean LIMIT?", (2, 1), "LIMT"),
    "SELECT ?s { OPTINAL { ?s ?p ?o } }": ("did you mean OPTIONAL?", (1, 13), "OPTINAL"),
    "SELECT (COUTN(?s) AS ?n) { ?s ?p ?o }": ("did you mean COUNT?", (1, 9), "COUTN"),
    "SELECT ?s { ?s name ?o }": ("“name” is not a word of SPARQL", (1, 16), "name"),
    "SELECT * {\n  ?s a ?c": ("This { is not closed: a } is missing", (1, 10), "{"),
    "SELECT * { ?s ?p ?o } }": ("This } closes nothing", (1, 23), "}"),
    "SELECT * { ?s (?p ?o }": ("This ( is not closed: a ) is missing", (1, 15), "("),
    'SELECT * { ?s ?p "x y }': ('a second " is missing', (1, 18), '"x'),
    "SELECT ?s, ?p { ?s ?p ?o }": ("no commas between", (1, 10), ","),
    "SELECT COUNT(?s) { ?s ?p ?o }": ("(COUNT(?x) AS ?name)", (1, 8), "COUNT"),
    "SELECT * { ?s ?p ?o } ORDER ?s": ("ORDER needs BY", (1, 23), "ORDER"),
    "SELECT * { ?s ?p ?o FILTER ?o > 3 }": ("FILTER needs brackets", (1, 21), "FILTER"),
    "SELECT * { ?s ?p ?o } LIMIT": ("ends too early", (1, 28), "T"),
    "SELECT * {\n  ?s a schema:Person .\n  ?s schema:name }": ("“}” was not", (3, 18), "}"),
    "SELECT * {\n ?ñandú 🙂 ?o }": ("“🙂” was not expected", (2, 9), "🙂"),
    "SELECT ?s (COUNT(*) AS ?n)\n{ ?s a ?c }": ("must be in GROUP BY", (2, 12), "}"),
    "SELECT * { ?s <rel> ?o }": ("an IRI is relative", (1, 20), "<rel>"),
}

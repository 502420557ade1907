"""Make data of any size: a staff list, as a project whose every fact is based on a line of it.

``python -m bench.generate DIR --things N`` writes a project that builds; about N documents are
made of it, four for each person: the person, the post, the passage, and its graph.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

BASE = "https://example.org/staff/"
TRIPLES_PER_PERSON, THINGS_PER_PERSON, PEOPLE_PER_INSTITUTE = 7, 4, 20
TITLES = ("analyst", "librarian", "statistician", "editor")

PREFIXES = {
    "kg": "https://w3id.org/mipex-kg/kg#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
}
OWN_PREFIXES = {
    "person": f"{BASE}person/",
    "institute": f"{BASE}institute/",
    "post": f"{BASE}post/",
    "passage": f"{BASE}passage/list/",
    "says": f"{BASE}graph/list/",
    "source": f"{BASE}source/",
}

SETTINGS = f"""[project]
name = "staff"
title = "Staff"
description = "Who works where, as the staff list says."
base = "{BASE}"
facts = "strict"
languages = ["en"]

[prefixes]
"""
RULE = """# title: Affiliation from a post
CONSTRUCT { ?person schema:affiliation ?institute }
WHERE {
  ?post org:member ?person ;
    org:organization ?institute .
}
"""
SHAPES = """
<shape/Person> a sh:NodeShape ;
  sh:targetClass schema:Person ;
  sh:property <shape/Person-name> .
<shape/Person-name> a sh:PropertyShape ;
  sh:path schema:name ;
  sh:minCount 1 ;
  sh:maxCount 1 ;
  sh:message "A person needs exactly one name."@en .
<shape/Post> a sh:NodeShape ;
  sh:targetClass schema:OrganizationRole ;
  sh:property <shape/Post-member>, <shape/Post-organization> .
<shape/Post-member> a sh:PropertyShape ;
  sh:path org:member ;
  sh:class schema:Person ;
  sh:minCount 1 ;
  sh:maxCount 1 ;
  sh:message "A post is one person's."@en .
<shape/Post-organization> a sh:PropertyShape ;
  sh:path org:organization ;
  sh:class schema:Organization ;
  sh:minCount 1 ;
  sh:maxCount 1 ;
  sh:message "A post is at one institute."@en .
"""
QUERY = """# title: Who works where
SELECT ?person ?institute WHERE {
  ?post org:member/schema:name ?person ;
    org:organization/schema:name ?institute .
}
ORDER BY ?person
"""


def main() -> None:
    """Write a project."""
    parser = argparse.ArgumentParser(prog="python -m bench.generate", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--things", type=int, default=1000)
    options = parser.parse_args()
    write_project(options.directory, options.things)


def write_graph(path: Path, triples: int) -> None:
    """Write the facts alone, as one Turtle file of about so many triples."""
    people = max(triples // TRIPLES_PER_PERSON, 1)
    with path.open("w", encoding="utf-8") as file:
        file.write(_header({**PREFIXES, **OWN_PREFIXES}))
        for number in range(people):
            file.write(_facts(number))


def write_project(root: Path, things: int) -> None:
    """Write a project of which about so many documents are made.

    :param root: a new folder
    """
    people = max(things // THINGS_PER_PERSON, 1)
    lines = [_line(number) for number in range(people)]
    source = "".join(lines)
    context = {**PREFIXES, "label": {"@id": "rdfs:label", "@language": "en"}}
    data = [f"@base <{BASE}> .\n", _header({**PREFIXES, **OWN_PREFIXES}), _source(source)]
    shapes = _header({**PREFIXES, "sh": "http://www.w3.org/ns/shacl#"})
    files = {
        "mipex-kg.toml": SETTINGS
        + "".join(f'{k} = "{v}"\n' for k, v in OWN_PREFIXES.items())
        + f'org = "{PREFIXES["org"]}"\n',
        "sources/list.txt": source,
        "data/list.trig": "".join([*data, *_passages(lines)]),
        "ontology/context.jsonld": json.dumps({"@context": context}, indent=2),
        "ontology/rules/affiliation.rq": RULE,
        "shapes/staff.ttl": f"@base <{BASE}> .\n{shapes}{SHAPES}",
        "queries/posts.rq": QUERY,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _header(prefixes: dict[str, str]) -> str:
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())


def _title(number: int) -> str:
    return TITLES[number % len(TITLES)]


def _institute(number: int) -> int:
    return number // PEOPLE_PER_INSTITUTE


def _line(number: int) -> str:
    return f"Person {number} works at Institute {_institute(number)} as {_title(number)}.\n"


def _facts(number: int) -> str:
    """Write what one line of the list says; an institute stands with its first person."""
    institute = _institute(number)
    facts = f"""person:p{number} a schema:Person ;
  schema:name "Person {number}" .
post:p{number} a schema:OrganizationRole ;
  schema:name "Person {number} at Institute {institute}"@en ;
  org:member person:p{number} ;
  org:organization institute:i{institute} ;
  schema:roleName "{_title(number)}"@en .
"""
    if number % PEOPLE_PER_INSTITUTE == 0:
        facts += f"""institute:i{institute} a schema:Organization ;
  schema:name "Institute {institute}"@en .
"""
    return facts


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"""
source:list a schema:CreativeWork, prov:Entity ;
  schema:name "The staff list"@en ;
  schema:url <https://example.org/list> ;
  kg:sha256 "{digest}" ;
  kg:codePoints {len(text)} .
"""


def _passages(lines: Sequence[str]) -> Iterator[str]:
    """Write each line's passage, its graph, and its facts."""
    text, offset = "".join(lines), 0
    for number, line in enumerate(lines):
        start, end = offset, offset + len(line) - 2
        offset += len(line)
        before = f"\n  oa:prefix {json.dumps(text[max(start - 32, 0) : start])} ;" if start else ""
        yield f"""
passage:p{number} a oa:SpecificResource ;
  rdfs:label "Person {number} in the list"@en ;
  oa:hasSource source:list ;
  oa:hasSelector <passage/list/p{number}#position>, <passage/list/p{number}#quote> .
<passage/list/p{number}#position> a oa:TextPositionSelector ;
  oa:start {start} ;
  oa:end {end} .
<passage/list/p{number}#quote> a oa:TextQuoteSelector ;
  oa:exact {json.dumps(text[start:end])} ;{before}
  oa:suffix {json.dumps(text[end : end + 32])} .
says:p{number} a kg:StatedGraph ;
  rdfs:label "Person {number}"@en ;
  prov:wasDerivedFrom passage:p{number} .
says:p{number} {{
{_facts(number)}}}
"""


if __name__ == "__main__":
    main()

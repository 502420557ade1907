"""A project of another domain, in another language, goes through every command.

Lighthouses and their keepers: everything that is said of them is invented. Nothing here is known
to the engine, and nothing of MIPEX may be.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pyoxigraph as ox
import pytest

from mipex_kg.cli import COMMANDS, cli
from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.project import Project, load_project
from mipex_kg.rdf import formats, serialization
from mipex_kg.rdf.namespaces import KG, PREFIXES, TYPE
from mipex_kg.rdf.quads import Quad
from tests.commands import Commands
from tests.conftest import LIGHTHOUSES, ROOT, Run
from tests.remote.conftest import RunningStore, running_oxigraph
from tests.serving.conftest import serving

BASE = "https://lighthouses.example/"
SOURCE = LIGHTHOUSES / "sources" / "hafenbote.txt"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def lighthouses() -> Dataset:
    return load_project_dataset(load_project(LIGHTHOUSES))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIGHTHOUSES, tmp_path / "lighthouses"))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))[1:]


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    path.write_text(text.replace(before, after), encoding="utf-8")


# Finding the project


@pytest.mark.parametrize("inside", [".", "data", "ontology/rules"])
def test_is_found_from_inside(run: Run, inside: str) -> None:
    assert "  keepers  Wer auf einem Turm" in run("query", "--list", cwd=LIGHTHOUSES / inside).text


def test_is_found_by_option(run: Run) -> None:
    assert rows(run("--project", LIGHTHOUSES, "query", "towers").text)[0][0] == "Graue Möwe"


def test_is_found_by_variable_and_option_wins(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    run("init", tmp_path / "room")
    command = [sys.executable, "-m", "mipex_kg"]
    env = {**environment, "MIPEX_KG_PROJECT": str(LIGHTHOUSES)}
    for arguments, expected in (
        (["query", "--list"], "  towers   Die"),
        (["--project", str(tmp_path / "room"), "query", "--list"], "Who keeps which place"),
    ):
        done = subprocess.run([*command, *arguments], env=env, capture_output=True, cwd=tmp_path)
        assert expected in done.stdout.decode(), done.stderr


def test_variable_wins_over_working_directory(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    run("init", tmp_path / "room")
    env = {**environment, "MIPEX_KG_PROJECT": str(tmp_path / "room")}
    command = [sys.executable, "-m", "mipex_kg", "query", "keepers"]
    done = subprocess.run(command, env=env, capture_output=True, cwd=LIGHTHOUSES)
    assert done.stdout.decode() == "place,keeper\r\nReading Room,Ada Brook\r\n"


# validate


def test_validates_without_findings(run: Run) -> None:
    outcome = run("validate", "-f", "json", cwd=LIGHTHOUSES)
    report = json.loads(outcome.text)
    assert report["valid"] is True
    assert report["findings"] == []
    assert report["triples"] > 400


@pytest.mark.parametrize(
    ("file", "before", "after", "expected"),
    [
        (
            "data/hafenbote.trig",
            'lh:builtIn "1903"^^xsd:gYear ;',
            'lh:builtIn "1903" ;',
            "data/hafenbote.trig:119:16: violation: A tower was built in exactly one year.",
        ),
        (
            "data/hafenbote.trig",
            "lh:statedTowerCount 2 .",
            "lh:statedTowerCount 3 .",
            "The stated number of towers is 3; others are listed.",
        ),
        (
            "data/editorial.trig",
            "    lh:keeper keeper:okke-brahms .",
            "    lh:keeper keeper:okke-bramhs .",
            "Did you mean keeper:okke-brahms?",
        ),
        (
            "data/hafenbote.trig",
            '    schema:name "Süderhallig"@de .',
            '    schema:name "Süderhallig"@fr .',
            "island:suederhallig has no label in the language 'de'",
        ),
        (
            "ontology/context.jsonld",
            '"reference": "',
            '"referenz": "',
            "<reference:register> is an IRI of its own here",
        ),
        (
            "data/authorities.rdf",
            "prov:Agent rdf:about",
            "prov:Agnet rdf:about",
            "data/authorities.rdf",
        ),
    ],
)
def test_a_slip_is_found(
    run: Run, copy: Path, file: str, before: str, after: str, expected: str
) -> None:
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    code = 3 if file.endswith(".rdf") else 1
    assert expected in run("validate", cwd=copy, code=code).text


# query


def test_named_queries_are_listed(run: Run) -> None:
    assert run("query", "--list", cwd=LIGHTHOUSES).text == (
        "  keepers  Wer auf einem Turm Dienst tat (needs rank)\n  towers   Die Türme\n"
    )
    assert run("query", "--list", "keepers", cwd=LIGHTHOUSES).text == (
        "keepers: Wer auf einem Turm Dienst tat\n"
        "    Namen und Ränge, nach dem Alphabet.\n"
        "    --param tower: iri = tower:graue-moewe  der Turm\n"
        "    --param rank: string  der Rang, wie er gedruckt ist\n"
    )


def test_named_query_answers(run: Run) -> None:
    assert rows(run("query", "towers", cwd=LIGHTHOUSES).text) == [
        ["Graue Möwe", "1871", "Norderhallig", "34"],
        ["Alter Finger", "1903", "Süderhallig", ""],
    ]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (["--param", "rank=Wärter"], [["Okke Brahms", "Wärter"]]),
        (["--param", "rank=Oberwärterin"], [["Geesche Tammen", "Oberwärterin"]]),
        (["-p", "rank=Wärter", "-p", "tower=tower:alter-finger"], [["Okke Brahms", "Wärter"]]),
        (["-p", "rank=Wärter", "-p", f"tower={BASE}tower/nowhere"], []),
    ],
)
def test_named_query_takes_parameters(
    run: Run, parameters: list[str], expected: list[list[str]]
) -> None:
    assert rows(run("query", "keepers", *parameters, cwd=LIGHTHOUSES).text) == expected


def test_named_query_asks_for_a_parameter(run: Run) -> None:
    outcome = run("query", "keepers", cwd=LIGHTHOUSES, code=2)
    assert "needs a value for rank: der Rang, wie er gedruckt ist" in outcome.err


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("table", "Graue Möwe"),
        ("csv", "Graue Möwe,1871,Norderhallig,34"),
        ("tsv", '"Graue Möwe"@de\t"1871"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("json", '"value":"Norderhallig"'),
        ("xml", '<literal xml:lang="de">Norderhallig</literal>'),
        ("markdown", "| Graue Möwe | 1871 | Norderhallig | 34 |"),
    ],
)
def test_query_formats(run: Run, format: str, expected: str) -> None:
    assert expected in run("query", "towers", "-f", format, cwd=LIGHTHOUSES).text


def test_query_makes_a_graph_with_the_projects_prefixes(run: Run) -> None:
    query = "CONSTRUCT WHERE { ?person lh:keeperOf tower:alter-finger }"
    assert run("query", query, cwd=LIGHTHOUSES).text.splitlines() == [
        f"@prefix keeper: <{BASE}keeper/> .",
        f"@prefix lh: <{BASE}ontology#> .",
        f"@prefix tower: <{BASE}tower/> .",
        "",
        "keeper:okke-brahms",
        "  lh:keeperOf tower:alter-finger .",
    ]


def test_a_slip_in_a_query_gets_the_nearest_term(run: Run) -> None:
    outcome = run("query", "SELECT * { ?s lh:buildIn ?o }", cwd=LIGHTHOUSES)
    assert "lh:buildIn occurs nowhere in the graph. Did you mean lh:builtIn?" in outcome.err


# export


@pytest.mark.parametrize("format", formats.FORMATS, ids=lambda format: format.name)
def test_export_in_every_format(run: Run, lighthouses: Dataset, format: formats.Format) -> None:
    exported = run("export", "-f", format.name, cwd=LIGHTHOUSES).out
    wanted = lighthouses.quads
    if not format.quads:
        wanted = tuple(Quad(*quad.triple) for quad in wanted)
    found = ox.parse(exported, format=format.rdf_format)
    assert serialization.canonical(found) == serialization.canonical(wanted)
    assert "Graue Möwe".encode() in exported
    # The survey's zeros are data.
    assert b"08.400" in exported


def test_export_of_a_graph(run: Run) -> None:
    exported = run("export", "--graph", "reference:positions", "-f", "nquads", cwd=LIGHTHOUSES)
    lines = (LIGHTHOUSES / "data" / "positions.nq").read_text().splitlines()
    in_graph = [line for line in lines if line.endswith("/reference/positions> .")]
    assert exported.text.splitlines() == sorted(in_graph)


def test_export_of_a_thing_by_its_name(run: Run) -> None:
    exported = run("export", "--thing", "Grey Gull", "-f", "turtle", cwd=LIGHTHOUSES).text
    assert (
        "tower:graue-moewe\n"
        "  a lh:Lighthouse ;\n"
        '  schema:name "Graue Möwe"@de, "Grey Gull"@en ;\n'
        '  lh:bands ( "red" "white" "red" ) ;\n'
        '  lh:builtIn "1871"^^xsd:gYear ;\n'
        "  lh:heightInMetres 34 ;\n"
        '  lh:lightNumber "NF 0711" ;\n'
        "  lh:onIsland island:norderhallig ;\n"
        "  lh:shows character:flashing ;\n"
        "  schema:latitude 54.70 ;\n"
        '  schema:longitude "08.400"^^xsd:decimal .\n'
    ) in exported
    # What stands between things comes along, whole: the class is nested.
    assert 'lh:rank "Oberwärterin"@de' in exported
    assert "Old Finger" not in exported


def test_export_of_a_thing_as_json(run: Run) -> None:
    exported = run("export", "--thing", "Graue Möwe", "-f", "jsonld", cwd=LIGHTHOUSES).text
    nodes = {node["@id"]: node for node in json.loads(exported)["@graph"]}
    tower = nodes["tower:graue-moewe"]
    assert tower["names"] == {"de": "Graue Möwe", "en": "Grey Gull"}
    assert tower["bands"] == ["red", "white", "red"]
    assert tower["builtIn"] == "1871"
    assert tower["onIsland"]["names"] == {"de": "Norderhallig", "en": "North Hallig"}


def test_export_of_a_class(run: Run) -> None:
    exported = run("export", "--class", "lh:Lighthouse", "-f", "ntriples", cwd=LIGHTHOUSES).text
    subjects = {line.split()[0] for line in exported.splitlines() if not line.startswith("_:")}
    assert {f"<{BASE}tower/alter-finger>", f"<{BASE}tower/graue-moewe>"} <= subjects
    assert not any("/island/" in subject or "/keeper/" in subject for subject in subjects)


# describe


def test_describe_in_german(run: Run) -> None:
    lines = run("describe", "Grey Gull", cwd=LIGHTHOUSES).text.splitlines()
    assert lines[:3] == ["Graue Möwe", "tower:graue-moewe  Leuchtturm", f"{BASE}tower/graue-moewe"]
    assert "Farben von unten          red, white, red  [looked up]" in lines
    assert "gebaut                    1871" in lines
    assert "                              Rang: Oberwärterin" in lines
    assert "← betreut                 Verein Halliglicht  society:halliglicht  [concluded]" in lines


def test_describe_in_english(run: Run) -> None:
    lines = run("describe", "Graue Möwe", "--language", "en", cwd=LIGHTHOUSES).text.splitlines()
    assert lines[:2] == ["Grey Gull", "tower:graue-moewe  lighthouse"]
    assert "island                    North Hallig  island:norderhallig" in lines
    assert "shows                     flashing light  character:flashing" in lines
    assert "built in                  1871" in lines
    assert "                          Graue Möwe (de)" in lines


def test_describe_by_an_additional_label(run: Run) -> None:
    by_number = run("describe", "NF 0712", cwd=LIGHTHOUSES).text
    assert by_number == run("describe", "tower:alter-finger", cwd=LIGHTHOUSES).text


# why


def why(run: Run, *arguments: str) -> str:
    return " ".join(run("why", *arguments, cwd=LIGHTHOUSES).text.split())


def test_why_of_a_stated_fact(run: Run) -> None:
    text = why(run, "Graue Möwe", "Höhe in Metern")
    assert text.startswith("Graue Möwe, Höhe in Metern: 34 stated in says:hoehe")
    assert "Der Hafenbote, Nummer 7 <https://hafenbote.example/7>, section “Leuchttürme”" in text
    assert "characters 104–142: “34 Meter hoch und zeigt ein Blinkfeuer”" in text
    assert "note: „Sie“ ist die Graue Möwe der Zeile davor." in text


def test_why_of_a_conclusion(run: Run) -> None:
    text = why(run, "Okke Brahms", "alternateName", "O. Brahms")
    assert "concluded in editorial:ein-brahms" in text
    assert "reasoning: Beide stehen in einer Liste, und kein anderer Brahms wird genannt." in text
    assert "“O. Brahms, seit 1930 Wärter am Alten Finger”" in text


def test_why_of_what_was_looked_up(run: Run) -> None:
    text = why(run, "tower:alter-finger", "lh:lightNumber")
    assert "looked up in reference:register" in text
    assert "authority: Leuchtfeuerverzeichnis <https://register.example/>" in text
    assert "https://creativecommons.org/publicdomain/zero/1.0/" in text
    rights = why(run, "tower:alter-finger", "latitude")
    assert "Alter Finger, latitude: 54.60 looked up in reference:positions" in rights
    assert "Die Vermessung gibt ihre Zahlen frei." in rights


def test_why_of_an_inference(run: Run) -> None:
    text = why(run, "Okke Brahms", "keeperOf", "Alter Finger")
    assert "inferred by the rule “Wer Dienst tut, ist Wärter des Turms” (keeper-of.rq)" in text
    assert "- O. Brahms am Alten Finger, Turm: Alter Finger" in text
    assert "- O. Brahms am Alten Finger, Wärter oder Wärterin: Okke Brahms" in text
    assert "stated in says:brahms-finger" in text
    assert "concluded in editorial:ein-brahms" in text


# cite and coverage


def test_cite_prints_what_can_be_pasted(run: Run, copy: Path) -> None:
    block = run("cite", "sources/hafenbote.txt", "seit 1930", "--name", "jahr", cwd=copy).text
    assert f"<{BASE}passage/hafenbote/jahr> a oa:SpecificResource" in block
    assert 'rdfs:label "“seit 1930”"@de' in block
    assert 'kg:section "Wärter"' in block
    fact = (
        f'  <{BASE}service/okke-brahms-alter-finger> <{BASE}ontology#from> "1930"^^<{XSD}gYear> .\n'
    )
    assert block.rstrip().endswith("}")
    (copy / "data" / "jahr.trig").write_text(block.rstrip()[:-1] + fact + "}\n", encoding="utf-8")
    assert run("validate", cwd=copy).text.endswith("no findings.\n")
    told = run("coverage", "sources/hafenbote.txt", cwd=copy).text
    assert told.endswith("problems: none\n")
    start = SOURCE.read_text(encoding="utf-8").index("seit 1930")
    assert f"characters {start}–{start + 9}: “seit 1930”" in " ".join(
        run("why", "service:okke-brahms-alter-finger", "from", cwd=copy).text.split()
    )


def test_coverage_is_complete(run: Run) -> None:
    outcome = run("coverage", "sources/hafenbote.txt", "-f", "json", cwd=LIGHTHOUSES)
    report = json.loads(outcome.text)
    assert report["problems"] == []
    assert {line["line"] for line in report["lines"] if line["dismissed"]} == {1, 3, 14}
    assert {line["line"] for line in report["lines"] if line["facts"]} == {
        4,
        5,
        6,
        7,
        9,
        10,
        11,
        12,
    }
    assert report["source"] == f"{BASE}source/hafenbote"


@pytest.mark.parametrize("position", [0, 60, 120, 250, -2])
def test_coverage_notices_any_changed_character(run: Run, copy: Path, position: int) -> None:
    text = (copy / "sources" / "hafenbote.txt").read_text(encoding="utf-8")
    position %= len(text)
    changed = text[:position] + ("Y" if text[position] == "X" else "X") + text[position + 1 :]
    (copy / "sources" / "hafenbote.txt").write_text(changed, encoding="utf-8")
    outcome = run("coverage", "sources/hafenbote.txt", cwd=copy, code=1)
    assert "is not the one that was read" in outcome.text


# build


def test_build(run: Run, lighthouses: Dataset, tmp_path: Path) -> None:
    site = tmp_path / "site"
    outcome = run("--project", LIGHTHOUSES, "build", "-o", site)
    assert "omitted" not in outcome.err
    for format in formats.FORMATS:
        assert (site / f"lighthouses{format.suffix}").is_file()
    for name in ("tower/graue-moewe", "keeper/okke-brahms", "graph/reference/register", "ontology"):
        for suffix in (".ttl", ".trig", ".jsonld", ".rdf", ".nt"):
            assert (site / f"{name}{suffix}").is_file(), name + suffix
    assert (site / "context.jsonld").read_bytes() == (
        LIGHTHOUSES / "ontology" / "context.jsonld"
    ).read_bytes()
    dump = ox.parse(path=site / "lighthouses.nq")
    assert serialization.canonical(dump) == serialization.canonical(lighthouses.quads)
    sources = (site / "tower" / "graue-moewe.trig").read_text(encoding="utf-8")
    assert "says:hoehe {" in sources
    assert 'oa:exact "34 Meter hoch und zeigt ein Blinkfeuer"' in sources


def test_every_triple_format_of_a_document_holds_one_graph(run: Run, tmp_path: Path) -> None:
    run("--project", LIGHTHOUSES, "build", "-o", tmp_path / "site")
    documents = sorted((tmp_path / "site").rglob("*/*.nt"))
    assert len(documents) > 30
    for path in documents:
        wanted = serialization.canonical(ox.parse(path=path))
        assert wanted
        for format in (formats.TURTLE, formats.RDFXML, formats.JSONLD):
            found = ox.parse(path=path.with_suffix(format.suffix), format=format.rdf_format)
            assert serialization.canonical(found) == wanted, (path, format)


# init


def test_init_makes_a_project_that_works_at_once(run: Run, tmp_path: Path) -> None:
    room = tmp_path / "Lese-Raum"
    run("init", room, "--title", 'Der "Lese\\raum" für $5', "--base", "https://lesen.example/")
    assert run("validate", cwd=room).text.endswith("no findings.\n")
    assert load_project(room).title == 'Der "Lese\\raum" für $5'
    assert load_project(room).base == "https://lesen.example/"
    assert "100" not in run("coverage", "sources/notice.txt", cwd=room).err
    run("build", cwd=room)
    assert (room / "site" / "person" / "ada-brook.ttl").is_file()
    for name in ("ttl", "nq", "jsonld"):
        assert (room / "site" / f"Lese-Raum.{name}").is_file()


@pytest.fixture
def oxigraph(tmp_path: Path) -> Iterator[RunningStore]:
    with running_oxigraph(tmp_path) as store:
        yield store


def examples(command: click.Command) -> list[str]:
    """Collect the examples of a command's help, but those that need what nobody has here."""
    found = re.findall(r"^ {2,6}mipex-kg (.+)$", command.help or "", re.MULTILINE)
    absent = ("people.ttl", "init", "https://")
    return [example for example in found if not any(word in example for word in absent)]


def test_examples_of_the_help_work_in_a_new_project(
    run: Run, tmp_path: Path, commands: Commands, oxigraph: RunningStore
) -> None:
    run("init", tmp_path / "reading-room")
    for page in ("ada.html", "website/ada.html"):
        (tmp_path / "reading-room" / page).parent.mkdir(exist_ok=True)
        (tmp_path / "reading-room" / page).write_text('<meta name="about" content="Ada Brook">')
    context = click.Context(cli)
    found = [command for name in COMMANDS if (command := cli.get_command(context, name))]
    assert len(found) == len(COMMANDS)
    shown = [example for command in (cli, *found) for example in examples(command)]
    assert {example.split()[0] for example in shown} == set(COMMANDS) - {"init"}
    for example in dict.fromkeys(shown):
        words = [a or b or c for a, b, c in re.findall(r"'([^']*)'|\"([^\"]*)\"|(\S+)", example)]
        if words[0] == "serve":  # which goes on until it is ended
            options = {"--reload"} & set(words)
            with serving(tmp_path, commands, *options, project=tmp_path / "reading-room") as one:
                assert one.ask("/-/health").status == 200
            continue
        if words[0] == "push":
            words[words.index("http://127.0.0.1:7878/")] = oxigraph.address
        if words[0] == "check" and "://" in words[-1]:  # where nobody is
            continue
        # Portals want to know who publishes it, which only its makers can say.
        is_new = words == ["check"]
        outcome = run(*words, cwd=tmp_path / "reading-room", code=int(is_new))
        assert outcome.out or "-o" in words, example
        assert not is_new or "Set project.publisher in mipex-kg.toml." in outcome.text


# Nothing of MIPEX in the engine


ENGINE = ROOT / "mipex_kg"
# The tool's own name, and the address under which its vocabulary is described.
OWN_NAME = re.compile(r"mipex[-_]kg|MIPEX_KG|https://w3id\.org/mipex-kg/kg#")


def engine_files() -> list[Path]:
    # What is not ours: the project that ships, and what npm brings and makes.
    others = {"_bundled", "_assets", "node_modules"}
    found = [path for path in ENGINE.rglob("*") if path.is_file() and others.isdisjoint(path.parts)]
    return [path for path in found if path.suffix not in (".pyc", ".typed")]


def facts(project: Project, dataset: Dataset) -> set[str]:
    """Collect how the bundled graph calls its things, and the last steps of their addresses."""
    schema = ox.NamedNode(project.iri("graph/ontology"))
    record = ox.NamedNode(project.iri("graph/record"))
    found = set()
    for quad in dataset.quads:
        if quad.graph_name in (schema, record) or not isinstance(quad.subject, ox.NamedNode):
            continue
        if not quad.subject.value.startswith(project.base):
            continue
        own = quad.predicate.value.removeprefix(f"{project.base}ontology#")
        if quad.predicate.value == PREFIXES["schema"] + "name" or own in ("acronym", "printedAs"):
            found.add(quad.object.value if isinstance(quad.object, ox.Literal) else "")
        if quad.predicate == TYPE:
            found.add(quad.subject.value.rpartition("/")[2])
    # A country's two letters are looked for as a list.
    return {name for name in found if len(name) > 2}


def test_no_fact_of_mipex_stands_in_the_engine(project: Project, dataset: Dataset) -> None:
    names = facts(project, dataset)
    assert {"Giacomo Solano", "giacomo-solano", "Horizon 2020", "Austria", "WZB", "cidob"} <= names
    words_of = {name: {*re.findall(r"\w+", name)} for name in sorted(names)}
    files = engine_files()
    assert {".py", ".ttl", ".toml", ".trig", ".rq", ".txt"} <= {path.suffix for path in files}
    for path in files:
        text = OWN_NAME.sub("", path.read_text(encoding="utf-8"))
        words = {*re.findall(r"\w+", text)}
        # Of more than a thousand names, hardly any has all its words in a file.
        near = [re.escape(name) for name, own in words_of.items() if own <= words]
        pattern = re.compile(rf"(?<!\w)({'|'.join(near or ['(?!)'])})(?!\w)")
        for number, line in enumerate(text.splitlines(), start=1):
            where = f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
            assert not re.search("mipex|migrant|integration polic", line, re.IGNORECASE), where
            assert not pattern.search(line), where
            # Codes of countries, one after the other.
            assert not re.search(r"(\W[A-Z]{2}\W+){5}", line), where


def test_the_engine_knows_no_namespace_but_its_own_and_the_standards(project: Project) -> None:
    own = {iri for iri in project.prefixes.values() if iri.startswith(project.base)} - {KG}
    for path in engine_files():
        text = path.read_text(encoding="utf-8")
        assert not [iri for iri in own if iri in text], path

"""Writing the block that cites a phrase of a source, offsets and all, for an editor to paste."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from mipex_kg.dataset.coverage import sources_of
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.passages import passages_of
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import KG, shorten
from mipex_kg.rdf.terms import Term, is_iri
from mipex_kg.system import reading
from mipex_kg.system.errors import UsageError

CONTEXT = 32
MAX_WORDS = 12
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*\Z")


def cite(
    project: Project,
    dataset: Dataset,
    path: Path,
    phrase: str,
    *,
    occurrence: int | None = None,
    name: str | None = None,
    url: str | None = None,
) -> str:
    """Write the description of a passage, and of a graph that is based on it, in TriG.

    The block needs no prefix but those that it declares, so it can be pasted anywhere.

    :param path: the text of the source
    :param phrase: as it is in the text, of at most 12 words; white space may differ
    :param occurrence: which one, from 1, if the phrase occurs more than once
    :param name: the last step of the passage's IRI; made of the phrase if not given
    :param url: where the source is published, if the project doesn't know it yet
    :raises UsageError: when the phrase is too long, isn't there, or is there more than once, or
        when the name can't be a step of an IRI
    """
    if name is not None and not _NAME.match(name):
        raise UsageError(
            f"{name!r} can't be the name of a passage.", hint=f"For example: --name {_slug(name)}"
        )
    if len(phrase.split()) > MAX_WORDS or not phrase.strip():
        raise UsageError(
            f"A quote has 1 to {MAX_WORDS} words; this one has {len(phrase.split())}.",
            hint="Quote the key words; the offsets lead to the rest.",
        )
    data = reading.read_bytes(path)
    text = reading.decode(data, path)
    start, end = _find(text, phrase, occurrence, path)
    source, described = _source(project, dataset, path, data, url)
    slug = _slug(phrase) if name is None else name
    step = f"{source.value.rpartition('/')[2]}/{slug}"
    passage = ox.NamedNode(project.iri(f"passage/{step}"))
    if passage in dataset.by_subject:
        raise UsageError(
            f"There is a passage {shorten(passage.value, dataset.prefixes)} already.",
            hint="Base the graph on that one, or give this one another name with --name.",
        )
    graph = ox.NamedNode(project.iri(f"graph/{step}"))
    block = _Block(dataset)
    lines = [
        *described,
        *block.passage(passage, source, text, start, end),
        *block.graph(graph, passage, text[start:end]),
    ]
    return "\n".join([*block.prefixes(), "", *lines]) + "\n"


def _find(text: str, phrase: str, occurrence: int | None, path: Path) -> tuple[int, int]:
    pattern = r"\s+".join(re.escape(word) for word in phrase.split())
    found = [match.span() for match in re.finditer(pattern, text)]
    if not found:
        folded = re.search(pattern, text, re.IGNORECASE)
        hint = f"There is “{folded[0]}”." if folded else "Copy it from the text."
        raise UsageError(f"“{phrase}” was not found in {path}.", hint=hint)
    if occurrence is None and len(found) > 1:
        places = "".join(f"\n  {i}: {_around(text, span)}" for i, span in enumerate(found, start=1))
        raise UsageError(
            f"“{phrase}” occurs {len(found)} times:{places}",
            hint="Choose one with --occurrence N, or quote a longer phrase.",
        )
    if occurrence is not None and occurrence > len(found):
        times = "once" if len(found) == 1 else f"{len(found)} times"
        raise UsageError(f"“{phrase}” occurs only {times}.")
    return found[(occurrence or 1) - 1]


def _around(text: str, span: tuple[int, int]) -> str:
    before, after = text[max(span[0] - CONTEXT, 0) : span[0]], text[span[1] : span[1] + CONTEXT]
    return " ".join(f"…{before}[{text[span[0] : span[1]]}]{after}…".split())


def _source(
    project: Project, dataset: Dataset, path: Path, data: bytes, url: str | None
) -> tuple[ox.NamedNode, list[str]]:
    """Find the source by its hash; a new one is described first."""
    digest = hashlib.sha256(data).hexdigest()
    for source in sources_of(dataset):
        if digest in dataset.texts(source, KG.term("sha256")):
            return source, []
    source = ox.NamedNode(project.iri(f"source/{_slug(path.stem)}"))
    if source in dataset.by_subject:
        raise UsageError(
            f"{path} is not the text that {shorten(source.value, dataset.prefixes)} was read from: "
            "its SHA-256 differs.",
            hint="Use an unchanged copy. If the source has changed, give the new text a new name.",
        )
    if url is None or not is_iri(url):
        raise UsageError(
            f"{path} is the text of a source that this project doesn't know yet.",
            hint="Say where it is published with --url https://…",
        )
    return source, [
        f"{source} a schema:CreativeWork, prov:Entity ;",
        f"  schema:name {ox.Literal(path.stem.replace('-', ' '), language=dataset.languages[0])} ;",
        f"  schema:url <{url}> ;",
        f'  kg:sha256 "{digest}" ;',
        f"  kg:codePoints {len(reading.decode(data, path))} .",
        "",
    ]


def _slug(phrase: str) -> str:
    """Make a step of an IRI from words.

    >>> _slug("Zoë Brook, Été")
    'zoe-brook-ete'
    """
    plain = unicodedata.normalize("NFKD", phrase).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "passage"


class _Block:
    """Turtle with the prefixes that it needs; all IRIs but those are written out."""

    used = ("kg", "oa", "prov", "rdfs", "schema")

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset

    def prefixes(self) -> Iterator[str]:
        for prefix in self.used:
            yield f"@prefix {prefix}: <{self.dataset.prefixes[prefix]}> ."

    def passage(
        self, passage: ox.NamedNode, source: Term, text: str, start: int, end: int
    ) -> Iterator[str]:
        position, quote = f"<{passage.value}#position>", f"<{passage.value}#quote>"
        yield f"{passage} a oa:SpecificResource ;"
        yield f"  rdfs:label {self._quoted(text[start:end])} ;"
        yield f"  oa:hasSource {source} ;"
        if section := self._section(source, start):
            yield f"  kg:section {ox.Literal(section)} ;"
        yield f"  oa:hasSelector {position}, {quote} ."
        yield f"{position} a oa:TextPositionSelector ;"
        yield f"  oa:start {start} ;"
        yield f"  oa:end {end} ."
        yield f"{quote} a oa:TextQuoteSelector ;"
        around = {
            "prefix": text[max(start - CONTEXT, 0) : start],
            "suffix": text[end : end + CONTEXT],
        }
        parts = {"exact": text[start:end], **{key: value for key, value in around.items() if value}}
        yield " ;\n".join(f"  oa:{key} {ox.Literal(value)}" for key, value in parts.items()) + " ."
        yield ""

    def graph(self, graph: ox.NamedNode, passage: ox.NamedNode, exact: str) -> Iterator[str]:
        yield f"{graph} a kg:StatedGraph ;"
        yield f"  rdfs:label {self._quoted(exact)} ;"
        yield f"  prov:wasDerivedFrom {passage} ."
        yield f"{graph} {{"
        yield "  # The facts that the passage states."
        yield "}"

    def _quoted(self, exact: str) -> ox.Literal:
        return ox.Literal(f"“{' '.join(exact.split())}”", language=self.dataset.languages[0])

    def _section(self, source: Term, start: int) -> str:
        """Take the section of the passage before it, which is most likely the same."""
        if not isinstance(source, ox.NamedNode):
            return ""
        before = [p for p in passages_of(self.dataset, source) if p.start <= start and p.section]
        return before[-1].section if before else ""

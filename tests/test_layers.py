"""A module imports only from layers below its own, so that there are no cycles."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "mipex_kg"
LAYERS = (
    {"harvesters", "harvesters.in_ckan", "harvesters.in_udata", "harvesters.in_mlcroissant"},
    {"errors", "namespaces", "formats", "locate", "terms"},
    {
        "webpage",
        "writing",
        "manifest",
        "media_types",
        "pretty",
        "hosting.negotiation",
        "hosting.abilities",
    },
    {"settings", "blank_nodes"},
    {"project", "sparql", "reading", "isolation", "results", "scaffold", "expanded", "tree"},
    {"contexts", "statements", "workers"},
    {"jsonld", "rules", "queries"},
    {"parsing", "compaction", "catalogue", "catalogue.codes", "catalogue.graph"},
    {"catalogue.tables"},
    {"catalogue.csvw", "catalogue.record", "catalogue.quality"},
    {"dataset"},
    {"catalogue.measured", "catalogue.schema_org"},
    {"catalogue.summary"},
    {"catalogue.citing"},
    {"catalogue.croissant"},
    {"things", "passages", "turtle", "rdfxml", "signposting"},
    {"serialization", "provenance", "coverage"},
    {"citation", "description", "querying"},
    {"validation.report", "validation.memory", "validation.dates"},
    {"validation.places", "validation.shacl", "catalogue.subject"},
    {"catalogue.profile", "catalogue.portals"},
    {"catalogue.faults"},
    {"validation.subject"},
    {"validation.lints", "validation.writers", "validation.labels"},
    {"validation"},
    {"documents", "frames"},
    {"catalogue.void"},
    {"catalogue.files"},
    {"framing"},
    {"structured_data", "crawler"},
    {"embedding", "checks.references"},
    {"checks.site"},
    {"checks.json_ld", "checks.links", "checks.sitemap", "checks.client"},
    {"checks.mirror", "checks.tools"},
    {"checks.subject"},
    {"checks.croissant", "checks.dataset_search", "checks.portals"},
    {"checks.signposts", "checks.void", "checks.negotiated"},
    {"checks.licences", "checks.served"},
    {"checks"},
    {
        "pages.addresses",
        "pages.letters",
        "pages.notes",
        "pages.sitemap",
        "pages.privacy",
        "pages.texts",
        "pages.ask",
    },
    {"pages.wording"},
    {"pages.layered"},
    {
        "pages.classes",
        "pages.library",
        "pages.network",
        "pages.records",
        "pages.shapes",
        "pages.thing",
        "pages.tiles",
    },
    {"pages.ontology", "pages.rendering"},
    {"pages.overview"},
    {"pages"},
    {"hosting.rules"},
    {"hosting.nginx", "hosting.apache", "hosting.headers_file"},
    {"hosting"},
    {"search"},
    {"publish"},
    {"rebuilding"},
    {"remote", "remote.stores", "remote.credentials", "remote.plain"},
    {"remote.client"},
    {"remote.graph_store", "remote.endpoint"},
    {"remote.pushing"},
    {"serving", "serving.site", "serving.problem", "serving.conditional"},
    {"serving.documents", "serving.connection", "serving.guard", "serving.log"},
    {"serving.description", "serving.server"},
    {"serving.answering"},
    {"serving.kept"},
    {"serving.relay"},
    {"serving.nursery"},
    {"serving.worker", "serving.operation"},
    {"serving.pool"},
    {"serving.protocol"},
    {"serving.named"},
    {"serving.renewal"},
    {"serving.application", "serving.reloading"},
    {"cli.output", "cli.terminal"},
    {f"cli.{command.stem}" for command in (PACKAGE / "cli").glob("*.py")}
    - {"cli.output", "cli.terminal", "cli.__init__"},
    {"cli"},
    {"__main__"},
)


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        if name not in ("__init__",) and "template" not in path.parts:
            found[name] = path
    return found


def imports(path: Path) -> set[str]:
    """Name the modules of the package that a module imports, inside functions too."""
    known = modules()
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mipex_kg"):
            module = (node.module or "").removeprefix("mipex_kg").lstrip(".")
            names = [f"{module}.{alias.name}".lstrip(".") for alias in node.names]
            names += [] if set(names) <= set(known) else [module]
        elif isinstance(node, ast.Import):
            names = [alias.name.removeprefix("mipex_kg.") for alias in node.names]
        found |= {name for name in names if name in known}
    return found


def rank(module: str) -> int:
    return next(number for number, layer in enumerate(LAYERS) if module in layer)


def test_every_module_has_a_layer() -> None:
    assert set(modules()) == set().union(*LAYERS)


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_point_downwards(module: str) -> None:
    upwards = {other for other in imports(modules()[module]) if rank(other) >= rank(module)}
    assert not upwards, f"{module} imports {upwards}, which is not below it"

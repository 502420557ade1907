"""CKAN takes in the catalogue: ckanext-dcat's parser, as its harvester calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.harvest.conftest import Found, InCkan
from tests.harvest.stated import Stated

NAMES = ("catalog.ttl", "catalog.rdf", "catalog.jsonld")


@pytest.fixture(scope="module")
def answers(in_ckan: InCkan, site: Path) -> dict[str, Found]:
    """What comes of the catalogue in each format."""
    return dict(zip(NAMES, in_ckan(*(site / name for name in NAMES)), strict=True))


def extras(dataset: Found) -> dict[str, str]:
    return {extra["key"]: extra["value"] for extra in dataset["extras"]}


def by_iri(answer: Found) -> dict[str, Found]:
    """The datasets by the key under which CKAN's harvester remembers them."""
    return {extras(dataset)["uri"]: dataset for dataset in answer["datasets"]}


def in_order(answer: Found) -> list[Found]:
    """The datasets with everything in an order, since a graph has none."""
    datasets = by_iri(answer)
    for dataset in datasets.values():
        for extra in dataset["extras"]:
            if extra["value"].startswith("["):
                extra["value"] = sorted(json.loads(extra["value"]))
        dataset["extras"].sort(key=lambda extra: extra["key"])
        dataset["tags"].sort(key=lambda tag: tag["name"])
        dataset["resources"].sort(key=lambda resource: resource["uri"])
    return [datasets[iri] for iri in sorted(datasets)]


@pytest.mark.parametrize("name", NAMES)
def test_each_dataset_arrives_once_and_would_be_accepted(
    name: str, answers: dict[str, Found], stated: dict[str, Stated]
) -> None:
    answer = answers[name]
    assert sorted(extras(d)["uri"] for d in answer["datasets"]) == sorted(stated)
    assert answer["complaints"] == []
    assert answer["next"] is None


@pytest.mark.parametrize("name", NAMES)
def test_datasets_arrive_as_the_graph_states_them(
    name: str, answers: dict[str, Found], stated: dict[str, Stated]
) -> None:
    for iri, dataset in by_iri(answers[name]).items():
        said, more = stated[iri], extras(dataset)
        assert {
            "title": dataset["title"],
            "description": dataset["notes"],
            "page": dataset["url"],
            "identifier": more["identifier"],
            "publisher": more["publisher_name"],
            "contact": more["contact_name"],
            "mail": f"mailto:{more['contact_email']}",
            "start": more["temporal_start"],
            "end": more["temporal_end"],
            "issued": more["issued"],
            "modified": more["modified"],
            "frequency": more["frequency"],
        } == {k: v for k, v in said.one.items() if k not in ("licence", "box")}
        assert {tag["name"] for tag in dataset["tags"]} == said.many["keywords"]
        assert set(json.loads(more["theme"])) == said.many["themes"]
        assert set(json.loads(more["language"])) == said.many["languages"]
        assert json.loads(more["spatial_bbox"])["coordinates"] == [said.corners]
        assert said.one["licence"] == "https://creativecommons.org/licenses/by/4.0/"
        assert dataset["license_id"] == "cc-by"


@pytest.mark.parametrize("name", NAMES)
def test_files_arrive_as_the_graph_states_them(
    name: str, answers: dict[str, Found], stated: dict[str, Stated]
) -> None:
    for iri, dataset in by_iri(answers[name]).items():
        resources = {resource["uri"]: resource for resource in dataset["resources"]}
        assert len(dataset["resources"]) == len(resources)
        assert resources.keys() == stated[iri].files.keys()
        for uri, resource in resources.items():
            assert {
                "title": resource["name"],
                "description": resource["description"],
                "url": resource["url"],
                "media_type": resource["mimetype"],
                "size": str(resource["size"]),
                "licence": resource["license"],
                "issued": resource["issued"],
                "modified": resource["modified"],
            } == {k: v for k, v in stated[iri].files[uri].items() if not k.startswith("format")}


@pytest.mark.parametrize("name", NAMES)
def test_each_file_has_its_format_and_its_true_size(
    name: str, answers: dict[str, Found], stated: dict[str, Stated], site: Path
) -> None:
    known = {"text/csv": "CSV", "application/rdf+xml": "RDF"}
    for iri, dataset in by_iri(answers[name]).items():
        for resource in dataset["resources"]:
            said = stated[iri].files[resource["uri"]]
            shown = known.get(said["media_type"], said.get("format_label", said["format"]))
            assert resource["format"] == shown
            file = site / resource["url"].removeprefix("https://mipex-kg.example.org/")
            assert resource["size"] == file.stat().st_size


def test_harvesting_again_changes_nothing_whatever_order_a_graph_comes_in(
    in_ckan: InCkan, answers: dict[str, Found], site: Path
) -> None:
    expected = in_order(answers["catalog.ttl"])
    for seed in (1, 2):
        for answer in in_ckan(*(site / name for name in NAMES), seed=seed):
            assert in_order(answer) == expected


def test_forms_for_dcat_ap_are_filled(
    in_ckan: InCkan, site: Path, stated: dict[str, Stated]
) -> None:
    # The box is lost there by ckanext-dcat 2.4.4, which fills the form before it reads the box.
    [answer] = in_ckan(site / "catalog.ttl", forms=True)
    assert {dataset["uri"] for dataset in answer["datasets"]} == stated.keys()
    for dataset in answer["datasets"]:
        said = stated[dataset["uri"]]
        [publisher], [contact] = dataset["publisher"], dataset["contact"]
        [period], [place] = dataset["temporal_coverage"], dataset["spatial_coverage"]
        assert publisher["name"] == said.one["publisher"]
        assert (contact["name"], contact["email"]) == (
            said.one["contact"],
            said.one["mail"].removeprefix("mailto:"),
        )
        assert (period["start"], period["end"]) == (said.one["start"], said.one["end"])
        assert place["text"] == "World"
        assert set(dataset["theme"]) == said.many["themes"]


def test_a_new_build_updates(in_ckan: InCkan, editions: tuple[Path, Path]) -> None:
    [before], [after] = (answer["datasets"] for answer in in_ckan(*editions))
    assert extras(before)["uri"] == extras(after)["uri"]
    assert (before["title"], after["title"]) == ("Facts", "More facts")
    days = [extras(dataset)["modified"] for dataset in (before, after)]
    assert days == ["2024-01-01", "2024-02-01"]
    assert {r["uri"] for r in before["resources"]} == {r["uri"] for r in after["resources"]}

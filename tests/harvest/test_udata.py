"""udata, the software of data.gouv.fr, harvests the catalogue over HTTP, as it does anywhere."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path

import pytest

from tests.harvest.conftest import Found, InUdata
from tests.harvest.stated import Stated
from tests.harvest.web import Web

NAMES = ("catalog.ttl", "catalog.rdf", "catalog.jsonld")


@pytest.fixture(scope="module")
def harvests(
    in_udata: InUdata, web: Web, site: Path, editions: tuple[Path, Path]
) -> list[list[Found]]:
    """Two harvests of each format, each in a portal of its own; and one of each edition."""
    portals = [[web.put(name, (site / name).read_bytes())] * 2 for name in NAMES]
    addresses = [web.put(file.name, file.read_bytes()) for file in editions]
    return in_udata(*portals, addresses)


def by_iri(harvest: Found) -> dict[str, Found]:
    return {dataset["harvest"]["uri"]: dataset for dataset in harvest["datasets"]}


def as_tag(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower())


def without_clock(harvest: Found) -> list[Found]:
    """What a portal holds, without the times at which it last looked."""
    datasets: list[Found] = deepcopy(harvest["datasets"])
    for dataset in datasets:
        for part in (dataset, *dataset["resources"]):
            del part["harvest"]["last_update"]
    return datasets


@pytest.mark.parametrize("portal", range(len(NAMES)), ids=NAMES)
def test_each_dataset_arrives_once(
    portal: int, harvests: list[list[Found]], stated: dict[str, Stated]
) -> None:
    first = harvests[portal][0]
    assert (first["status"], first["errors"]) == ("done", [])
    assert sorted(item["id"] for item in first["items"]) == sorted(stated)
    assert {item["status"] for item in first["items"]} == {"done"}
    # A point is recommended to say where a place is; udata wants areas, and takes the box.
    warnings = {words for item in first["items"] for words in item["warnings"]}
    assert warnings <= {"Unsupported GeoJSON type 'Point'"}
    assert sorted(d["harvest"]["uri"] for d in first["datasets"]) == sorted(stated)


@pytest.mark.parametrize("portal", range(len(NAMES)), ids=NAMES)
def test_datasets_arrive_as_the_graph_states_them(
    portal: int, harvests: list[list[Found]], stated: dict[str, Stated]
) -> None:
    for iri, dataset in by_iri(harvests[portal][0]).items():
        said, harvested = stated[iri], dataset["harvest"]
        points = {point["role"]: point for point in dataset["contact_points"]}
        period = dataset["temporal_coverage"]
        assert {
            "title": dataset["title"],
            "description": dataset["description"],
            "identifier": harvested["dct_identifier"],
            "page": harvested["remote_url"],
            "publisher": points["publisher"]["name"],
            "contact": points["contact"]["name"],
            "mail": f"mailto:{points['contact']['email']}",
            "start": period["start"].partition(" ")[0],
            "end": period["end"].partition(" ")[0],
            "issued": harvested["issued_at"].partition(" ")[0],
            "modified": harvested["modified_at"].partition(" ")[0],
        } == {k: v for k, v in said.one.items() if k not in ("licence", "box", "frequency")}
        names = said.many["keywords"] | said.many["theme_names"]
        assert set(dataset["tags"]) == {as_tag(name) for name in names}
        assert dataset["spatial"]["geom"]["coordinates"] == [[said.corners]]
        assert dataset["license"] == "cc-by"
        frequencies = {"IRREG": "irregular"}
        assert dataset["frequency"] == frequencies[said.one["frequency"].rpartition("/")[2]]


@pytest.mark.parametrize("portal", range(len(NAMES)), ids=NAMES)
def test_files_arrive_as_the_graph_states_them(
    portal: int, harvests: list[list[Found]], stated: dict[str, Stated], site: Path
) -> None:
    for iri, dataset in by_iri(harvests[portal][0]).items():
        resources = {resource["harvest"]["uri"]: resource for resource in dataset["resources"]}
        assert len(dataset["resources"]) == len(resources)
        assert resources.keys() == stated[iri].files.keys()
        for uri, resource in resources.items():
            said = stated[iri].files[uri]
            code = said["format"].rpartition("/")[2]
            assert resource["format"] == said.get("format_label", code).lower()
            assert (resource["title"], resource["url"]) == (said["title"], said["url"])
            assert (resource["description"], resource["mime"]) == (
                said["description"],
                said["media_type"],
            )
            assert resource["extras"]["dcat"]["license"] == [said["licence"]]
            assert resource["harvest"]["modified_at"].startswith(said["modified"])
            file = site / resource["url"].removeprefix("https://mipex-kg.example.org/")
            assert resource["filesize"] == int(said["size"]) == file.stat().st_size


@pytest.mark.parametrize("portal", range(len(NAMES)), ids=NAMES)
def test_harvesting_twice_changes_nothing(portal: int, harvests: list[list[Found]]) -> None:
    first, second = harvests[portal]
    assert (second["status"], second["errors"]) == ("done", [])
    assert without_clock(first) == without_clock(second)


def test_a_new_build_updates(harvests: list[list[Found]]) -> None:
    [before], [after] = (harvest["datasets"] for harvest in harvests[-1])
    assert before["_id"] == after["_id"]
    assert (before["title"], after["title"]) == ("Facts", "More facts")
    days = [dataset["harvest"]["modified_at"][:10] for dataset in (before, after)]
    assert days == ["2024-01-01", "2024-02-01"]
    ids = [{resource["_id"] for resource in d["resources"]} for d in (before, after)]
    assert ids[0] == ids[1] != set()

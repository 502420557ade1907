"""What CKAN takes in from a catalogue: run in the environment that has CKAN's parser, not in ours.

Reads JSON from standard input: the name of a ``profile``, whether there are ``forms`` (those of
ckanext-scheming, for DCAT-AP), and ``files`` with their formats. Writes what each came to.
"""

import contextlib
import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from ckan.logic.validators import tag_length_validator, tag_name_validator
from ckan.plugins.toolkit import Invalid
from ckanext.dcat.processors import RDFParser
from ckanext.dcat.profiles import RDFProfile


def read(file: str, format: str, profile: str) -> dict[str, Any]:
    """Parse one catalogue."""
    parser = RDFParser(profiles=[profile])
    parser.parse(Path(file).read_text(encoding="utf-8"), _format=format)
    datasets = list(parser.datasets())
    complaints = [words for dataset in datasets for words in refusals(dataset)]
    return {"datasets": datasets, "complaints": complaints, "next": parser.next_page()}


def refusals(dataset: dict[str, Any]) -> list[str]:
    """Tell why CKAN would refuse a dataset, by those of its rules that need no database."""
    words = [f"missing: {key}" for key in ("title", "notes") if not dataset.get(key)]
    words += [f"no url: {r.get('uri')}" for r in dataset["resources"] if not r.get("url")]
    keys = [extra["key"] for extra in dataset["extras"]]
    words += [f"twice: {key}" for key in set(keys) if keys.count(key) > 1]
    for tag in dataset["tags"]:
        for validator in (tag_length_validator, tag_name_validator):
            try:
                validator(tag["name"], {})
            except Invalid as error:
                words.append(error.error)
    return words


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    if request["forms"]:
        schema = resources.files("ckanext.dcat") / "schemas" / "dcat_ap_full.yaml"
        RDFProfile._dataset_schema = yaml.safe_load(schema.read_text(encoding="utf-8"))
    with contextlib.redirect_stdout(sys.stderr):
        answers = [read(file, format, request["profile"]) for file, format in request["files"]]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()

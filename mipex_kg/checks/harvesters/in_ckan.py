"""What CKAN takes in from a catalogue: run by a Python that has CKAN's parser, which ours has not.

Reads JSON from standard input: the name of a ``profile``, whether there are ``forms`` (those of
ckanext-scheming, for DCAT-AP), and ``files`` with their formats. Writes what each came to.
"""

# Imports are in functions: they fail wherever there is no CKAN.

import contextlib
import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any


def read(file: str, format: str, profile: str) -> dict[str, Any]:
    """Parse one catalogue."""
    from ckanext.dcat.processors import RDFParser

    parser = RDFParser(profiles=[profile])
    parser.parse(Path(file).read_text(encoding="utf-8"), _format=format)
    datasets = list(parser.datasets())
    complaints = [words for dataset in datasets for words in refusals(dataset)]
    return {"datasets": datasets, "complaints": complaints, "next": parser.next_page()}


def refusals(dataset: dict[str, Any]) -> list[str]:
    """Tell why CKAN would refuse a dataset, by those of its rules that need no database."""
    from ckan.logic.validators import tag_length_validator, tag_name_validator
    from ckan.plugins.toolkit import Invalid

    words = [f"missing: {key}" for key in ("title", "notes") if not dataset.get(key)]
    words += [f"no url: {r.get('uri')}" for r in dataset["resources"] if not r.get("url")]
    keys = [extra["key"] for extra in dataset["extras"]]
    words += [f"twice: {key}" for key in sorted(set(keys)) if keys.count(key) > 1]
    for tag in dataset["tags"]:
        for validator in (tag_length_validator, tag_name_validator):
            try:
                validator(tag["name"], {})
            except Invalid as error:
                words.append(error.error)
    return words


def use_forms() -> None:
    """Let the parser fill the fields of ckanext-scheming's forms."""
    import yaml
    from ckanext.dcat.profiles import RDFProfile

    schema = resources.files("ckanext.dcat") / "schemas" / "dcat_ap_full.yaml"
    forms = yaml.safe_load(schema.read_text(encoding="utf-8"))
    RDFProfile._dataset_schema = forms  # noqa: SLF001 - CKAN has no other way in


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    # What the libraries print is not a part of the answer.
    with contextlib.redirect_stdout(sys.stderr):
        if request["forms"]:
            use_forms()
        answers = [read(file, format, request["profile"]) for file, format in request["files"]]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()

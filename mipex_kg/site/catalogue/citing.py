"""How to cite what is published: for reference managers, and for registries of persistent names.

Both say what the catalogue says: Citation File Format 1.2.0, and DataCite's schema, 4.6, in JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from mipex_kg.dataset.catalogue.codes import Codes
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.project.placeholders import is_placeholder
from mipex_kg.project.project import Project
from mipex_kg.rdf.namespaces import DCT
from mipex_kg.rdf.terms import Term
from mipex_kg.site.catalogue.summary import NAMES, Agent, Summary

Json: TypeAlias = dict[str, Any]

_LICENCES = "https://spdx.org/licenses/"


def is_citable(node: Term, dataset: Dataset) -> bool:
    """Tell whether a dataset of the catalogue can be cited: both formats want a name of someone.

    :param dataset: all that is known
    """
    return any(
        dataset.texts(agent, name)
        for agent in dataset.values(node, DCT.term("publisher"))
        for name in NAMES
    )


def citation(dataset: Summary, project: Project, codes: Codes) -> bytes:
    """Write ``CITATION.cff`` for a dataset that can be cited."""
    licence = codes.licence(dataset.licence)
    document = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": dataset.title,
        "abstract": dataset.description,
        "authors": [{"name": agent.name} for agent in dataset.creators],
        "contact": list(_contact(dataset, project)),
        "version": dataset.version,
        "date-released": dataset.issued,
        "license": licence.spdx if licence else "",
        "license-url": "" if licence else dataset.licence,
        "url": dataset.page if project.is_placed else "",
        "identifiers": [
            {
                "type": "url" if _is_address(dataset.iri) else "other",
                "value": dataset.iri,
                "description": "The name of the dataset",
            }
        ],
        "keywords": list(dataset.keywords),
    }
    return "".join(_yaml({key: value for key, value in document.items() if value})).encode()


def _is_address(iri: str) -> bool:
    return iri.startswith(("http://", "https://"))


def _contact(dataset: Summary, project: Project) -> Iterator[Json]:
    if project.contact and dataset.publisher and not is_placeholder(project.contact):
        address = project.contact.removeprefix("mailto:")
        kind = "website" if address == project.contact else "email"
        yield {"name": dataset.publisher.name, kind: address}


def _yaml(document: Mapping[str, object]) -> Iterator[str]:
    """Write YAML: texts as JSON has them, of which YAML is a superset."""
    for key, value in document.items():
        if isinstance(value, list):
            yield f"{key}:\n"
            for item in value:
                yield f"  - {_item(item)}\n"
        else:
            yield f"{key}: {_text(value)}\n"


def _item(item: object) -> str:
    if not isinstance(item, dict):
        return _text(item)
    return "\n    ".join(f"{key}: {_text(value)}" for key, value in item.items())


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def datacite(dataset: Summary, formats: Sequence[str], project: Project, codes: Codes) -> Json:
    """Describe a dataset that can be cited, as DataCite's registry takes it in.

    :param formats: the media types of its files
    """
    language = project.languages[0]
    document = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Knowledge graph"},
        "titles": [{"title": dataset.title, "lang": language}],
        "creators": list(map(_creator, dataset.creators)),
        "publisher": {"name": dataset.publisher.name if dataset.publisher else ""},
        "publicationYear": dataset.issued[:4],
        "dates": [
            {"date": date, "dateType": kind}
            for date, kind in ((dataset.issued, "Issued"), (dataset.modified, "Updated"))
            if date
        ],
        "language": language,
        "alternateIdentifiers": [
            {
                "alternateIdentifier": dataset.iri,
                "alternateIdentifierType": "URL" if _is_address(dataset.iri) else "URN",
            }
        ],
        "url": dataset.page if project.is_placed else "",
        "version": dataset.version,
        "rightsList": list(_rights(dataset, codes)),
        "descriptions": [
            {"description": text, "descriptionType": "Abstract", "lang": language}
            for text in (dataset.description,)
            if text
        ],
        "subjects": [{"subject": keyword, "lang": language} for keyword in dataset.keywords],
        "geoLocations": [{"geoLocationPlace": dataset.place}] if dataset.place else [],
        "formats": list(formats),
    }
    return {key: value for key, value in document.items() if value}


def _creator(agent: Agent) -> Json:
    return {"name": agent.name, "nameType": "Personal" if agent.is_person else "Organizational"}


def _rights(dataset: Summary, codes: Codes) -> Iterator[Json]:
    if licence := codes.licence(dataset.licence):
        yield {
            "rights": licence.name,
            "rightsUri": dataset.licence,
            "rightsIdentifier": licence.spdx,
            "rightsIdentifierScheme": "SPDX",
            "schemeUri": _LICENCES,
        }
    elif dataset.licence:
        yield {"rightsUri": dataset.licence}

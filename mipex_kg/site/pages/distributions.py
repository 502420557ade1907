"""The files of a dataset as its page shows them: what each is called."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.rdf.namespaces import DCAT, DCT, SCHEMA, TYPE, in_http
from mipex_kg.rdf.terms import Term
from mipex_kg.site.pages.facts import ThingValue
from mipex_kg.site.pages.wording import Wording, preferred

_FORMATS = (DCT.term("format"), DCAT.term("mediaType"))
_SCHEMA_FORMATS = frozenset({SCHEMA.term("encodingFormat"), SCHEMA.term("fileFormat")})


def class_of(files: Iterable[Term], dataset: Dataset) -> Term:
    """Tell what files are called: by the first class that one has."""
    classes = (cls for file in files for cls in dataset.values(file, TYPE))
    return next(classes, DCAT.term("Distribution"))


def told_apart(file: ThingValue, dataset: Dataset, wording: Wording) -> ThingValue:
    """Add its format to what a file without a name is called."""
    if isinstance(file.term, ox.Literal) or preferred(dataset, file.term, *dataset.labels):
        return file
    cls = wording.class_name(class_of([file.term], dataset))
    told = (q for q in dataset.about(file.term) if _tells_format(q.predicate))
    formats = dict.fromkeys(wording.label(quad.object).value for quad in told)
    text = f"{cls} ({next(iter(formats))})" if formats else cls
    return file._replace(text=file.text._replace(value=text))


def _tells_format(predicate: ox.NamedNode) -> bool:
    return predicate in _FORMATS or in_http(predicate) in _SCHEMA_FORMATS

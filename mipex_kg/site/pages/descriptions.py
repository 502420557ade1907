"""What a thing is, in a line for a page."""

from __future__ import annotations

from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.leads import description_of
from mipex_kg.rdf.terms import Node
from mipex_kg.site.pages.wording import TaggedText, Wording

# So much of a description is told where it is to be short.
_LONG = 1000


def summary(dataset: Dataset, wording: Wording, thing: Node) -> TaggedText | None:
    """Say in a line what a thing is: its description, if it has one."""
    if text := description_of(thing, dataset):
        label = wording.label(text)
        line = " ".join(label.value.split())
        return label._replace(value=line if len(line) <= _LONG else f"{line[:_LONG].rstrip()}…")
    return None

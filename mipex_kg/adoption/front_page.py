"""The words of the front page that a project begins with, in each language of the interface."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def load_front_page() -> Mapping[str, Mapping[str, str]]:
    """Read the words, by language and by the names that templates have for them."""
    file = resources.files("mipex_kg.adoption") / "front_page.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))

"""The files that npm makes for the browser: of the SPARQL page, of finding by name, of type."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import NamedTuple

from mipex_kg.project import layout

_FONT = re.compile(r"literata-(?P<script>[a-z-]+)-[0-9A-F]{8}\.woff2")


class Assets(NamedTuple):
    """The bundled files, which ``make assets`` makes.

    :param page: name of the SPARQL page's script
    :param worker: name of the script in which the engine runs
    :param engine: name of the engine, compressed WebAssembly
    :param version: of the engine
    :param licences: name of the file with the licences of all that is bundled
    :param files: contents by name
    """

    page: str
    worker: str
    engine: str
    version: str
    licences: str
    files: Mapping[str, bytes]

    @property
    def finder(self) -> str | None:
        """The name of the script that finds things by name, if it has been made."""
        return next((name for name in self.files if name.startswith("suggestions-")), None)

    @property
    def typeface(self) -> str | None:
        """The name of the style sheet that names the typeface's fonts, if it has been made."""
        return next((name for name in self.files if name.startswith("type-")), None)

    @property
    def fonts(self) -> Mapping[str, bytes]:
        """The fonts of the typeface, by the script that each is for."""
        found = ((_FONT.fullmatch(name), data) for name, data in self.files.items())
        return {match["script"]: data for match, data in found if match}


def load_assets() -> Assets | None:
    """Read the bundled files; there are none where nobody has made them."""
    folder = resources.files("mipex_kg.site") / "_assets"
    listing = folder / "assets.json"
    if not listing.is_file():
        return None
    told = json.loads(listing.read_bytes())
    files = {name: (folder / name).read_bytes() for name in told.pop("files")}
    return Assets(**told, files=files)


def find_finder(assets: Assets | None) -> str | None:
    """Give the path of the script that finds things by name, if it has been made."""
    return layout.ASSETS + assets.finder if assets and assets.finder else None


def find_typeface(assets: Assets | None) -> str | None:
    """Give the path of the style sheet that names the typeface's fonts, if it has been made."""
    return layout.ASSETS + assets.typeface if assets and assets.typeface else None

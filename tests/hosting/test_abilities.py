"""The documentation's table of what each host can do is the one in the code."""

from __future__ import annotations

import re

from mipex_kg.project.settings import SETTINGS
from mipex_kg.site.hosting import abilities
from mipex_kg.site.hosting.hosts import HOSTS
from tests.conftest import ROOT


def test_the_documentation_has_the_table() -> None:
    assert abilities.table() in (ROOT / "docs" / "hosting.md").read_text()
    assert all(len(cells) == len(abilities.HOSTS) for cells in abilities.ABILITIES.values())


def test_every_host_is_told_of() -> None:
    page = (ROOT / "docs" / "hosting.md").read_text()
    for host in HOSTS.values():
        assert host.title in page


def test_the_setting_allows_just_the_hosts_that_are_in_the_site() -> None:
    (setting,) = (setting for setting in SETTINGS if setting.key == "hosting.files")
    for name, host in HOSTS.items():
        assert bool(re.fullmatch(setting.form, name)) == host.is_in_site

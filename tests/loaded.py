"""What a process has loaded that stands by for the command line: all of the tool, and what it uses.

The tool loads most of it only once a command needs it.
"""

from __future__ import annotations

import importlib
import pkgutil

import mipex_kg
from mipex_kg.validation import validity_cache
from tests.commands import wait_for_no_disk

_OTHERS = ("click._termui_impl", "email.policy", "encodings.utf_8_sig", "pagefind_bin", "pyshacl")

for module in pkgutil.walk_packages(mipex_kg.__path__, "mipex_kg."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
for name in _OTHERS:
    importlib.import_module(name)
validity_cache.code()
wait_for_no_disk()

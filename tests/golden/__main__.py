"""Write the expected dataset anew: ``python -m tests.golden``. Review the diff."""

from __future__ import annotations

from mipex_kg.dataset.assembly import load_project_dataset
from mipex_kg.project.project import load_project
from mipex_kg.rdf import formats, serialization
from tests.conftest import ROOT
from tests.golden.test_golden import GOLDEN

dataset = load_project_dataset(load_project(ROOT))
GOLDEN.write_bytes(serialization.write(dataset.quads, formats.NQUADS, {}))

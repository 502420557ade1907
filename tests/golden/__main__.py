"""Write the expected dataset anew: ``python -m tests.golden``. Review the diff."""

from __future__ import annotations

from mipex_kg import formats, serialization
from mipex_kg.dataset import load_project_dataset
from mipex_kg.project import load_project
from tests.conftest import ROOT
from tests.golden.test_golden import GOLDEN

dataset = load_project_dataset(load_project(ROOT))
GOLDEN.write_bytes(serialization.write(dataset.quads, formats.NQUADS, {}))

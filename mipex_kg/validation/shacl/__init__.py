"""Judging a graph by SHACL: pySHACL, with what it or rdflib gets wrong set right.

It alone calls pySHACL. Each module sets right one kind of thing; ``components.py`` puts them
together. What is wrong, and how the right behaviour is known, is in ``docs/upstream/``.
"""

from mipex_kg.validation.shacl.judge import Judgement, has_shapes, judge

__all__ = ["Judgement", "has_shapes", "judge"]

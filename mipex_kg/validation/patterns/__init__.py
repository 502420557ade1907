"""The regular expressions of XPath (``fn:matches``), each of which comes to an end.

It alone knows what a pattern means.
"""

from mipex_kg.validation.patterns.matching import Pattern, compiled
from mipex_kg.validation.patterns.syntax import PatternError

__all__ = ["Pattern", "PatternError", "compiled"]

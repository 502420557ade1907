"""The datatypes of XML Schema 1.1.

It alone knows which lexical forms they have, and how their values compare.
"""

from mipex_kg.validation.datatypes.comparison import compare
from mipex_kg.validation.datatypes.lexical import DATATYPES, is_well_typed

__all__ = ["DATATYPES", "compare", "is_well_typed"]

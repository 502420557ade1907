"""The datatypes of XML Schema 1.1.

It alone knows which lexical forms they have, and how their values compare.
"""

from mipex_kg.validation.datatypes.comparison import compare, have_common_order
from mipex_kg.validation.datatypes.lexical import DATATYPES, is_well_typed

__all__ = ["DATATYPES", "compare", "have_common_order", "is_well_typed"]

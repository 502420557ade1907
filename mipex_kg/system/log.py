"""What is said besides the result, to those who ask for it: the log of the package.

It goes to the standard library's logger ``mipex_kg``, which says nothing unless the caller sets it
up: ``mipex-kg --verbose`` does, and so does ``logging.basicConfig(level="INFO")`` in a notebook.
"""

from __future__ import annotations

import sys

NAME = "mipex_kg"


def info(message: str) -> None:
    """Say what someone wants to know who asks for more: a file that is left out, a step.

    :param message: a sentence
    """
    # Where nobody has imported it, nobody listens; and to import it takes longer than many a query.
    if logging := sys.modules.get("logging"):
        logging.getLogger(NAME).info("%s", message)

"""What is said besides the result, to those who ask for it: the log of the package.

It goes to the standard library's logger ``mipex_kg``, which says nothing unless the caller sets it
up: ``mipex-kg --verbose`` does, and so does ``logging.basicConfig(level="INFO")`` in a notebook.
"""

from __future__ import annotations

import sys

NAME = "mipex_kg"


def is_read() -> bool:
    """Tell whether anyone asks for more: what is said to no one need not be found out."""
    # Where nobody has imported it, nobody listens; and to import it takes longer than many a query.
    logging = sys.modules.get("logging")
    return logging is not None and logging.getLogger(NAME).isEnabledFor(logging.INFO)


def info(message: str) -> None:
    """Say what someone wants to know who asks for more: a file that is left out, a step.

    :param message: a sentence
    """
    if is_read():
        sys.modules["logging"].getLogger(NAME).info("%s", message)

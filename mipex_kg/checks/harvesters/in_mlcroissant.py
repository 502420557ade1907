"""What mlcroissant says of a description: run by a Python that has it.

Reads JSON from standard input: the ``file``. Writes what mlcroissant finds wrong, and what it would
like; no table is read.
"""

# Imports are in functions: they fail wherever there is no mlcroissant.

import contextlib
import json
import logging
import sys
from pathlib import Path


def read(file: str) -> dict[str, list[str]]:
    """Let it judge one description."""
    import mlcroissant

    try:
        document = json.loads(Path(file).read_text(encoding="utf-8"))
        issues = mlcroissant.Dataset(jsonld=document).metadata.ctx.issues
    except mlcroissant.ValidationError as error:
        lines = [line.strip(" -") for line in str(error).splitlines()]
        found = [line for line in lines if line and not line.startswith("Found the following")]
        return {"errors": found, "warnings": []}
    return {"errors": sorted(issues.errors), "warnings": sorted(issues.warnings)}


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    logging.disable()
    # What the libraries print is not a part of the answer.
    with contextlib.redirect_stdout(sys.stderr):
        answer = read(request["file"])
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()

"""``python -m bench``: every benchmark, one after the other, as Markdown."""

from __future__ import annotations

import argparse

from bench import build, memory, query, serve, validate


def main() -> None:
    """Run them all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few runs, small projects")
    options = parser.parse_args()
    times = ["--times", "3"] if options.quick else []
    query.main(times)
    query.main(["--size", "10000" if options.quick else "100000", "--times", "3"])
    validate.main(times)
    build.main(["--things", "100", "1000"] if options.quick else [])
    serve.main(["--times", "1"] if options.quick else [])
    memory.main(["--things", "100", "1000"] if options.quick else [])


if __name__ == "__main__":
    main()

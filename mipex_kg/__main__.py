"""``python -m mipex_kg``."""

from mipex_kg.cli import main

main()

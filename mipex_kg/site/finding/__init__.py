"""Finding by name: the index from which a page suggests things as one types.

It alone knows what things are found by, and how the index is divided into files.
"""

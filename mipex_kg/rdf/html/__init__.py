"""Web pages of other people: telling HTML, reading its JSON-LD, and changing one block in it.

It alone knows what a browser sees in a file, whatever its name and encoding.
"""

"""Adoption: files that are there already become a project, by settings that say what is in them.

It alone knows how to find out what RDF is about that nobody has described, and where it belongs.
Facts, names and files stay as they are; what can't be decided is said, and left to their owner.
"""

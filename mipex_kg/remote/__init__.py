"""SPARQL stores elsewhere: sending graphs to them, and querying them.

It alone knows how stores differ and how to log in to them.
"""

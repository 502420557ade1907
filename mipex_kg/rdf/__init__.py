"""RDF as text: terms, formats, parsing with places, and writing that gives the same bytes.

It alone knows what a format's syntax is, and which format a client prefers.
"""

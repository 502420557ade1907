"""Serving a built site over HTTP: its documents as linked data, and answers to SPARQL queries.

It alone knows which address answers what, and which process does the work.
"""

"""The text of SPARQL queries, and the formats of their results; no data.

It alone knows what a query says without running it.
"""

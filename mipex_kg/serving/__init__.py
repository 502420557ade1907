"""Serving a built site over HTTP: its documents as linked data, and answers to SPARQL queries."""

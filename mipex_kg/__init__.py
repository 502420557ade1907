"""Publish curated knowledge graphs: facts with their sources, checked, in every RDF format."""

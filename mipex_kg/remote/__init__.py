"""SPARQL stores elsewhere: sending the graph to them, and asking them."""

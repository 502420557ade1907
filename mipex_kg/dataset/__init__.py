"""The dataset: quads in their graphs, what rules add to them, and answers to questions about them.

It alone knows which graph a fact belongs to and what it is based on.
"""

"""JSON-LD: contexts, expansion, compaction and framing.

It alone knows which keys stand for which terms, and how statements become a tree.
"""

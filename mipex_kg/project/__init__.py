"""The project folder: its settings, its files, and how a new one is made.

It alone knows what may be in ``mipex-kg.toml`` and which files belong to a project.
"""

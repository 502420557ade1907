"""The catalogue of what a project publishes, as portals, dataset search engines and people read it.

``record`` adds to the project's own description what the engine knows before anything is written;
``measured`` adds what only the written files tell; ``files`` writes both.
"""

"""The API: a graph that is opened, asked, explained, validated and published, as Python sees it.

It alone knows how the rooms below are put together for a caller: the command line, or a notebook.
"""

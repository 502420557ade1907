"""Scripts that let the readers' own tools look, each in a Python that has the tool.

They import nothing of ours, read one request as JSON from standard input, and write one answer.
What they import may be under another licence than ours: it is not a dependency, and never in our
process.
"""

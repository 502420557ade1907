"""Validation: shapes and lints, and the place of each finding in a file.

It alone decides whether a dataset may be published.
"""

"""The expected dataset: every quad of the bundled project, stated and inferred."""

"""The catalogue in the hands of real harvesters, each in an environment of its own."""

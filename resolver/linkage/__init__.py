"""Splink: comparisons, blocking keys, training, term frequencies and the compiled scorer."""

"""The engine: the one writer, what it is asked to do, and who carries it out."""

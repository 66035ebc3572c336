"""The generator of made-up records, with truth, from a seed."""

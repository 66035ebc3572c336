"""How often a test does what it does many times: in `make test`, which is short, and in `make thorough`."""

import os

THOROUGH = os.environ.get("THOROUGH") == "1"


def count(usual: int, thorough: int) -> int:
    """The number of rounds, examples or records for this run."""
    return thorough if THOROUGH else usual

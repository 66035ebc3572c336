"""What came of one fault, for the table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """`acknowledged`: writes whose answers were there before the fault. `note`: what this one was, in a word or two."""

    acknowledged: int
    note: str

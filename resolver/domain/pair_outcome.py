"""What came of a pair of records, told by an explanation."""

from __future__ import annotations

from enum import Enum


class PairOutcome(Enum):
    """Why two records are, or are not, in one identity; the numbers are those of the contract."""

    UNSPECIFIED = 0
    VERDICT_SAME = 1
    VERDICT_DIFFERENT = 2
    NOT_COMPARED = 3
    BELOW_REVIEW = 4
    REVIEW = 5
    REFUSED = 6
    MERGES = 7
    UNITED_BY_OTHERS = 8
    APART_BY_GROUP = 9

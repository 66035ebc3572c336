"""The link table: what becomes of a pair by how biometrics, identity data and documents agree.

The six rows are those of the European Union's Multiple-Identity Detector (Regulation (EU) 2019/817, articles 28 to 33).
What they do not name, a policy decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from resolver.domain.link_cell import CELLS, Biometrics, Cell, Documents, IdentityData


class LinkOutcome(Enum):
    """What may become of a pair."""

    MERGE = auto()
    REVIEW = auto()
    NOTHING = auto()
    BY_WEIGHT = auto()
    """The match weight decides."""


def _named(cell: Cell) -> LinkOutcome | None:
    alike = cell.identity is not IdentityData.DIFFERENT
    if cell.biometrics is Biometrics.SAME:
        return LinkOutcome.MERGE if alike else LinkOutcome.REVIEW
    if cell.biometrics is Biometrics.NOT_COMPARABLE and cell.document is Documents.SAME:
        return LinkOutcome.MERGE if alike else LinkOutcome.REVIEW
    excluded = cell.biometrics is Biometrics.DIFFERENT
    if excluded and (cell.identity is IdentityData.SAME or cell.document is Documents.SAME):
        return LinkOutcome.REVIEW
    return None


NAMED: Mapping[int, LinkOutcome] = {cell.number: outcome for cell in CELLS if (outcome := _named(cell)) is not None}
"""The outcomes of the cells that the six rows name, by the cells' numbers."""

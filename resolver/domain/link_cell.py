"""The cells of the link table: how biometrics, identity data and documents of two records agree, each apart.

The axes are those of the European Union's Multiple-Identity Detector (Regulation (EU) 2019/817, articles 28 to 33);
what is "same", "similar" or "different" follows Delegated Regulation (EU) 2023/333.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import product


class Biometrics(IntEnum):
    """What the biometrics of two records say."""

    DIFFERENT = 0
    NOT_COMPARABLE = 1
    SAME = 2


class IdentityData(IntEnum):
    """How names, dates of birth, sexes and nationalities of two records agree; not stated is similar at best."""

    DIFFERENT = 0
    SIMILAR = 1
    SAME = 2


class Documents(IntEnum):
    """What the travel documents of two records say."""

    DIFFERENT = 0
    NOT_COMPARABLE = 1
    SAME = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the 27 cells of the table."""

    biometrics: Biometrics
    identity: IdentityData
    document: Documents

    @property
    def number(self) -> int:
        """0 to 26, as the scorer gives it."""
        return 9 * self.biometrics + 3 * self.identity + self.document


CELLS = tuple(Cell(*axes) for axes in product(Biometrics, IdentityData, Documents))
"""All cells, each in the place of its number."""
UNDECIDED = Cell(Biometrics.NOT_COMPARABLE, IdentityData.SIMILAR, Documents.NOT_COMPARABLE).number
"""Similar people of whom neither biometrics nor documents can be compared."""

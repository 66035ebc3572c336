"""Who is who in a whole holding, as columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from resolver.identity.pairs import Mask, Numbers

NOBODY: Final = -1
"""The identity of a record that is not there."""


@dataclass(frozen=True, slots=True, eq=False)
class Identities:
    """The identity of each record, which is the number of its first record: arrays of one length, `records` rising."""

    records: Numbers
    identity: Numbers

    @classmethod
    def of(cls, identities: Mapping[int, int]) -> Identities:
        """The same from a mapping of records."""
        records = np.fromiter(identities.keys(), np.int64, len(identities))
        identity = np.fromiter(identities.values(), np.int64, len(identities))
        order = np.argsort(records)
        return cls(records[order], identity[order])

    def __len__(self) -> int:
        return len(self.records)

    def at(self, records: Numbers | Collection[int]) -> Numbers:
        """The identities of any records; `NOBODY` of one that is not there."""
        asked = np.asarray(records if isinstance(records, np.ndarray) else list(records), np.int64)
        if not len(self):
            return np.full(len(asked), NOBODY)
        place = np.searchsorted(self.records, asked).clip(max=len(self) - 1)
        return np.where(self.records[place] == asked, self.identity[place], NOBODY)

    def where(self, chosen: Mask | slice) -> dict[int, int]:
        """Those that a mask chooses, or that lie in a slice."""
        return dict(zip(self.records[chosen].tolist(), self.identity[chosen].tolist(), strict=True))

    def groups(self) -> tuple[tuple[int, ...], ...]:
        """The records of each identity, rising, in the order of the identities."""
        order = np.argsort(self.identity, kind="stable")
        records, ends = self.records[order].tolist(), np.flatnonzero(np.diff(self.identity[order], append=NOBODY)) + 1
        return tuple(tuple(records[start:end]) for start, end in pairwise([0, *ends.tolist()]))

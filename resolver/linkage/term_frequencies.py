"""How common values are, counted once at training and frozen with the model.

A name's frequency is the product of the frequencies of its parts: a name that was never seen
still has an expected rarity, and a rare spelling of a common name does not dodge it because parts
are consonant skeletons. Other values are counted as they are; one never seen counts as seen once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

from resolver.domain.comparable import ComparableRecord

NAME_PART = "name_part"
NAME_SOUND = "name_sound"
_COUNTED = ("kunya", "birth_locality", "nationality", "contact")


@dataclass(frozen=True)
class TermFrequencies:
    """Counts of values by column, with the number of records in which the column was stated."""

    totals: Mapping[str, int]
    counts: Mapping[str, Mapping[str, int]]

    def of(self, column: str, value: str | None) -> float | None:
        """The share of records that state `value`, in (0, 1]; None for a value that is not stated."""
        if value is None:
            return None
        if column == "name_key":
            return prod(self._share(NAME_PART, part) for part in value.split())
        return self._share(column, value)

    def part(self, skeleton: str) -> float:
        """The share of records whose good names hold this skeleton."""
        return self._share(NAME_PART, skeleton)

    def sound(self, key: str) -> float:
        """The share of records whose good names hold this double-metaphone key."""
        return self._share(NAME_SOUND, key)

    def _share(self, column: str, value: str) -> float:
        return max(self.counts[column].get(value, 0), 1) / self._totals[column]

    @cached_property
    def _totals(self) -> dict[str, int]:
        return {column: max(total, 1) for column, total in self.totals.items()}


def count_terms(records: Iterable[ComparableRecord]) -> TermFrequencies:
    """Counts the values of a corpus. Values seen once are left out: they count the same as unseen ones."""
    counters: dict[str, Counter[str]] = {column: Counter() for column in (NAME_PART, NAME_SOUND, *_COUNTED)}
    totals: Counter[str] = Counter()
    for record in records:
        if record.name_parts:
            totals[NAME_PART] += 1
            totals[NAME_SOUND] += 1
            counters[NAME_PART].update(record.name_parts)
            counters[NAME_SOUND].update(record.name_sounds)
        for column in _COUNTED:
            value = getattr(record, column)
            if value is not None:
                totals[column] += 1
                counters[column][value] += 1
    return TermFrequencies(
        totals={column: totals[column] for column in counters},
        counts={
            column: {value: count for value, count in sorted(counter.items()) if count > 1}
            for column, counter in counters.items()
        },
    )

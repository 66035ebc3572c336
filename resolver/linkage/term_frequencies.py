"""How common values are, counted once at training and frozen with the model.

A name's frequency is the product of the frequencies of its parts among people of the record's
nationality: a name that was never seen still has an expected rarity, a name that is rare in the
world and common in its country counts as common, and a rare spelling of a common name does not
dodge it because parts are consonant skeletons. Other values are counted as they are; one never seen
counts as seen once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

from resolver.domain.comparable import ComparableRecord

NAME_PART = "name_part"
NAME_SOUND = "name_sound"
_PRIOR_RECORDS = 200
"""Records of the world that a nationality's own counts are weighed against."""
_COUNTED = ("kunya", "birth_locality", "nationality", "contact")


@dataclass(frozen=True)
class TermFrequencies:
    """Counts of values by column, with the number of records in which the column was stated."""

    totals: Mapping[str, int]
    counts: Mapping[str, Mapping[str, int]]

    def of(self, column: str, value: str | None) -> float | None:
        """The share of records that state `value`, in (0, 1]; None for a value that is not stated."""
        return None if value is None else self._share(column, value)

    def name(self, skeletons: str | None, nationality: str | None = None) -> float | None:
        """The expected share of people of a nationality who bear a name, given as skeletons joined by spaces."""
        if skeletons is None:
            return None
        return prod(self._part_in(part, nationality) for part in skeletons.split())

    def part(self, skeleton: str) -> float:
        """The share of records whose good names hold this skeleton."""
        return self._share(NAME_PART, skeleton)

    def sound(self, key: str) -> float:
        """The share of records whose good names hold this double-metaphone key."""
        return self._share(NAME_SOUND, key)

    def _part_in(self, part: str, nationality: str | None) -> float:
        """A part's share in a nationality, drawn towards its share in the world where few records are known."""
        world = self._share(NAME_PART, part)
        column = f"{NAME_PART}:{nationality}"
        seen = self.counts.get(column, {}).get(part, 0)
        return (seen + _PRIOR_RECORDS * world) / (self.totals.get(column, 0) + _PRIOR_RECORDS)

    def _share(self, column: str, value: str) -> float:
        return max(self.counts[column].get(value, 0), 1) / self._totals[column]

    @cached_property
    def _totals(self) -> dict[str, int]:
        return {column: max(total, 1) for column, total in self.totals.items()}


def count_terms(records: Iterable[ComparableRecord]) -> TermFrequencies:
    """Counts the values of a corpus. Values seen once are left out: they count the same as unseen ones."""
    counters: defaultdict[str, Counter[str]] = defaultdict(Counter)
    totals: Counter[str] = Counter(dict.fromkeys((NAME_PART, NAME_SOUND, *_COUNTED), 0))
    for record in records:
        for column, values in _terms(record):
            totals[column] += 1
            counters[column].update(values)
    return TermFrequencies(
        totals=dict(totals),
        counts={
            column: {value: count for value, count in sorted(counters[column].items()) if count > 1}
            for column in sorted(totals)
        },
    )


def _terms(record: ComparableRecord) -> Iterator[tuple[str, tuple[str, ...]]]:
    if record.name_parts:
        yield NAME_PART, record.name_parts
        yield NAME_SOUND, record.name_sounds
        if record.nationality is not None:
            yield f"{NAME_PART}:{record.nationality}", record.name_parts
    for column in _COUNTED:
        value = getattr(record, column)
        if value is not None:
            yield column, (value,)

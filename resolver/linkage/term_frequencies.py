"""How common values are, counted once at training and frozen with the model.

A name's frequency is the product of the frequencies of its parts among people of the record's
nationality: a name that was never seen still has an expected rarity, a name that is rare in the
world and common in its country counts as common, and a rare spelling of a common name does not
dodge it because parts are consonant skeletons. Other values are counted as they are; one never seen
counts as seen once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations, repeat
from math import prod

import numpy as np
from numpy.typing import NDArray

from resolver.domain.comparable import ComparableRecord

NAME_PART = "name_part"
NAME_SOUND = "name_sound"
BIRTH_LOCALITY = "birth_locality"
_PRIOR_RECORDS = 200
"""Records of the world that a nationality's own counts are weighed against."""
_COUNTED = ("kunya", "birth_locality", "nationality", "contact")


@dataclass(frozen=True)
class TermFrequencies:
    """Counts of values by column, with the number of records in which the column was stated."""

    totals: Mapping[str, int]
    counts: Mapping[str, Mapping[str, int]]

    def share(self, column: str, value: str) -> float:
        """The share of the records that state the column in which it has this value; never 0."""
        return max(self.counts[column].get(value, 0), 1) / self._totals[column]

    def of(self, column: str, value: str | None) -> float | None:
        """The share of records that state `value`, in (0, 1]; None for a value that is not stated."""
        return None if value is None else self.share(column, value)

    def name(self, skeletons: str) -> float:
        """The expected share of people who bear a name, given as skeletons joined by spaces."""
        return prod(self.part(part) for part in skeletons.split())

    def part(self, skeleton: str, nationality: str | None = None) -> float:
        """The share of records whose good names hold this skeleton: of the world's, or of a nationality's.

        A nationality's share is drawn towards the world's where few of its records are known.
        """
        return self._in_nationality(NAME_PART, skeleton, nationality)

    def locality(self, value: str | None, nationality: str | None) -> float | None:
        """The share of a nationality's records, or of the world's, that state this locality of birth."""
        return None if value is None else self._in_nationality(BIRTH_LOCALITY, value, nationality)

    def together(
        self, skeletons: Sequence[str], size: int, nationalities: Sequence[str]
    ) -> Iterator[tuple[float, Sequence[float]]]:
        """For each combination of `size` skeletons, in the order of `itertools.combinations`, the expected share of
        records that hold all of it: of the world's, and with each of the nationalities.

        Parts of a name go together within a nationality and not across: the world's share is the sum of the nations'.
        """
        if len(skeletons) < size:
            return iter(())
        by_nation = np.array([self._by_nation(skeleton) for skeleton in skeletons])
        chosen = _combinations(len(skeletons), size)
        together: NDArray[np.float64] = self._nations
        for nth in range(size):
            together = together * by_nation[chosen[:, nth]]
        within = [
            (together.mean(axis=1) if (place := self._places.get(code)) is None else together[:, place]).tolist()
            for code in nationalities
        ]
        world = together.sum(axis=1).tolist()
        return zip(world, zip(*within, strict=True) if within else repeat((), len(world)), strict=True)

    def sound(self, key: str) -> float:
        """The share of records whose good names hold this double-metaphone key."""
        return self.share(NAME_SOUND, key)

    def end_of_part(self, end: str) -> float:
        """The share of parts of names that begin as `ab-` says, or end as `-ab` does: two signs; never 0."""
        return max(self._ends.get(end, 0), 1) / self._totals[NAME_PART]

    def _in_nationality(self, column: str, value: str, nationality: str | None) -> float:
        world = self.share(column, value)
        if nationality is None:
            return world
        within = f"{column}:{nationality}"
        seen = self.counts.get(within, {}).get(value, 0)
        return (seen + _PRIOR_RECORDS * world) / (self.totals.get(within, 0) + _PRIOR_RECORDS)

    @cached_property
    def _ends(self) -> Counter[str]:
        """How many records hold parts that begin, or end, with the same two signs."""
        found: Counter[str] = Counter()
        for part, count in self.counts[NAME_PART].items():
            found[f"{part[:2]}-"] += count
            found[f"-{part[-2:]}"] += count
        return found

    @cached_property
    def _places(self) -> dict[str, int]:
        """Nationalities of which parts of names were counted, in an order."""
        prefix = f"{NAME_PART}:"
        return {name.removeprefix(prefix): at for at, name in enumerate(n for n in self.totals if n.startswith(prefix))}

    @cached_property
    def _nations(self) -> NDArray[np.float64]:
        """Each nationality's share of the records."""
        totals = np.array([self.totals[f"{NAME_PART}:{code}"] for code in self._places], dtype=np.float64)
        shares: NDArray[np.float64] = totals / totals.sum()
        return shares

    @cached_property
    def _vectors(self) -> dict[str, NDArray[np.float64]]:
        return {}

    def _by_nation(self, skeleton: str) -> NDArray[np.float64]:
        """A part's share in each nationality. One never counted may be anybody's."""
        found = self._vectors.get(skeleton)
        if found is None:
            known = skeleton in self.counts[NAME_PART]
            shares = (self.part(skeleton, code if known else None) for code in self._places)
            self._vectors[skeleton] = found = np.fromiter(shares, np.float64, len(self._places))
        return found

    @cached_property
    def _totals(self) -> dict[str, int]:
        return {column: max(total, 1) for column, total in self.totals.items()}


@lru_cache
def _combinations(things: int, size: int) -> NDArray[np.intp]:
    """Every choice of `size` of the first `things` whole numbers, a row each."""
    return np.array(list(combinations(range(things), size)), dtype=np.intp)


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
    if record.birth_locality is not None and record.nationality is not None:
        yield f"{BIRTH_LOCALITY}:{record.nationality}", (record.birth_locality,)

"""Blocking keys: two records are compared exactly when they share one.

A key is a 63-bit hash of a family and a value. It is made from the record and the frozen
frequencies alone, so that the online index, a batch run (`block_on` the exploded array) and any
other engine find the same candidates. A key whose value is so common that its block would not
select anything is not made; how common is read off the model, never off a live count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations

from resolver.domain.comparable import ComparableRecord
from resolver.linkage.term_frequencies import TermFrequencies

REFERENCE_HOLDING = 450_000
"""Records in the holding that expected block sizes are reckoned for (the world holding of the design)."""
LARGEST_BLOCK = 60.0
"""Largest expected number of records that share a name key, at `REFERENCE_HOLDING`."""
LARGEST_BLOCK_OF_A_PART = 20.0
"""The same for a single part of a name, which says less than two things together."""
_MOST_PARTS = 8
_YEARS_IN_USE = 40.0


@dataclass(frozen=True, slots=True)
class BlockingKey:
    """A key with the family it belongs to; `key` is below 2^63."""

    family: str
    key: int


def blocking_keys(record: ComparableRecord, frequencies: TermFrequencies) -> tuple[BlockingKey, ...]:
    """Returns the record's distinct keys. Never empty values, never generic ones."""
    found = {BlockingKey(family, _hash(family, value)) for family, value in _values(record, frequencies)}
    return tuple(sorted(found, key=lambda item: (item.family, item.key)))


def _hash(family: str, value: str) -> int:
    # 63 bits: DuckDB hands the range of a join's keys to Arrow as signed numbers.
    return int.from_bytes(blake2b(f"{family}:{value}".encode(), digest_size=8).digest()) >> 1


def _values(record: ComparableRecord, frequencies: TermFrequencies) -> Iterator[tuple[str, str]]:
    for number in record.document_numbers:
        yield "document", number
    for key in record.document_keys:
        kind, _, number = key.rpartition("|")
        # The same for two numbers that differ by an exchange of characters.
        yield "document_signs", f"{kind}|{''.join(sorted(number))}"
    for reference in {*record.biometric_references, *record.biometric_same, *record.biometric_probable}:
        yield "biometric", reference
    for contact in record.contacts:
        if _selects(frequencies.of("contact", contact)):
            yield "contact", contact
    for day in record.birth_days:
        yield "birth_day", day
    yield from _name_values(record, frequencies)


def _name_values(record: ComparableRecord, frequencies: TermFrequencies) -> Iterator[tuple[str, str]]:
    rarest = _rarest(record.name_parts, frequencies.part)
    shares = {part: frequencies.part(part) for part in rarest}
    # A record gives its year and the next one, so that neighbouring years meet as well.
    years = sorted({year + step for year in record.birth_years for step in (0, 1)})
    for one, other in combinations(sorted(rarest), 2):
        share = shares[one] * shares[other]
        if _selects(share):
            yield "two_parts", f"{one} {other}"
        elif _selects(share * 2 / _YEARS_IN_USE):
            yield from (("two_parts_year", f"{one} {other} {year}") for year in years)
    for part in rarest:
        if shares[part] * REFERENCE_HOLDING <= LARGEST_BLOCK_OF_A_PART:
            yield "rare_part", part
        if _selects(shares[part] * 2 / _YEARS_IN_USE):
            yield from (("part_year", f"{part} {year}") for year in years)
        for locality in record.birth_localities:
            if _selects(shares[part] * (frequencies.of("birth_locality", locality) or 1.0)):
                yield "part_locality", f"{part} {locality}"
    for skeleton in record.name_skeletons:
        parts = skeleton.split()
        if len(parts) > 1 and _selects(frequencies.name(skeleton)):
            yield "full_name", skeleton
    for one, other in combinations(sorted(_rarest(record.name_sounds, frequencies.sound)), 2):
        if _selects(frequencies.sound(one) * frequencies.sound(other)):
            yield "two_sounds", f"{one} {other}"


def _rarest(values: Iterable[str], share: Callable[[str], float]) -> list[str]:
    return sorted(values, key=lambda value: (share(value), value))[:_MOST_PARTS]


def _selects(share: float | None) -> bool:
    return share is not None and share * REFERENCE_HOLDING <= LARGEST_BLOCK

"""Blocking keys: two records are compared exactly when they share one.

A key is a 63-bit hash of a family and of the values that a record combines in it. It is made from the record and the
frozen frequencies alone, so that the online index, a batch run (`block_on` the exploded array) and any other engine
find the same candidates. A key is made only where its block is expected to stay small: how many records of a holding of
`REFERENCE_HOLDING` would share it is reckoned from the frozen frequencies, never from a live count. What is too common
by itself is combined with more: two common parts of a name with a year, a nationality, a place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import chain, combinations
from math import inf, prod

from resolver.domain.comparable import ComparableRecord
from resolver.linkage.term_frequencies import TermFrequencies

REFERENCE_HOLDING = 450_000
"""Records in the holding that expected block sizes are reckoned for (the world holding of the design)."""

LARGEST_BLOCK: dict[str, float] = {
    "document": inf,
    "document_signs": inf,
    "biometric": inf,
    "contact": 16.0,
    "three_parts": 16.0,
    "three_parts_year": 64.0,
    "two_parts": 2.0,
    "two_parts_day": 1.0,
    "two_parts_year": 4.0,
    "two_parts_locality": 4.0,
    "two_parts_locality_year": 2.0,
    "two_parts_nationality": 16.0,
    "two_parts_nationality_year": 32.0,
    "part_day": 1.0,
    "part_nationality_year": 4.0,
    "two_sounds_nationality": 1.0,
    "two_sounds_nationality_year": 16.0,
    "sound_locality_year": 4.0,
    "sound_nationality_year": 4.0,
    "any_day_nationality": 2.0,
    "kunya_nationality_year": 1.0,
}
"""Families of keys, each with the most records that are expected to share one of its keys at `REFERENCE_HOLDING`.

Chosen on tuning data by what each adds in true pairs for what it adds in candidates; see ADR 10.
"""

_MOST_PARTS = 8
_MOST_YEARS = 8
_YEAR = 0.075
"""Share of records that give a key for one year: each gives two at least."""
_DAY = 1 / 36_000
_SOUND_OF_A_NATIONALITY = 3.0
"""How much more common a sound is among people of one nationality than in the world."""
_STATING_LOCALITY = 0.45
_STATING_CONTACT = 0.15
_STATING_KUNYA = 0.2


@dataclass(frozen=True, slots=True)
class BlockingKey:
    """A key with the family it belongs to; `key` is below 2^63."""

    family: str
    key: int


@dataclass(frozen=True, slots=True)
class _Value:
    """What a record combines in a family, and the share of records that are expected to combine the same."""

    family: str
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class _Base:
    """What a context makes rarer: parts of a name, sounds or a kunya, with its share in the world and in a nation."""

    name: str
    value: str
    share: float
    share_in: Callable[[str], float]


def blocking_keys(record: ComparableRecord, frequencies: TermFrequencies) -> tuple[BlockingKey, ...]:
    """Returns the record's distinct keys. Never empty values, never generic ones."""
    found = {
        BlockingKey(each.family, _hash(each.family, each.value))
        for each in chain(_alone(record, frequencies), _combined(record, frequencies))
        if each.share * REFERENCE_HOLDING <= LARGEST_BLOCK[each.family]
    }
    return tuple(sorted(found, key=lambda item: (item.family, item.key)))


def _hash(family: str, value: str) -> int:
    # 63 bits: DuckDB hands the range of a join's keys to Arrow as signed numbers.
    return int.from_bytes(blake2b(f"{family}:{value}".encode(), digest_size=8).digest()) >> 1


def _alone(record: ComparableRecord, frequencies: TermFrequencies) -> Iterator[_Value]:
    for number in record.document_numbers:
        yield _Value("document", number, 0.0)
    for key in record.document_keys:
        kind, _, number = key.rpartition("|")
        # The same for two numbers that differ by an exchange of characters.
        yield _Value("document_signs", f"{kind}|{''.join(sorted(number))}", 0.0)
    for reference in {
        *record.biometric_references,
        *record.biometric_same,
        *record.biometric_probable,
        *record.biometric_candidates,
    }:
        yield _Value("biometric", reference, 0.0)
    for contact in record.contacts:
        yield _Value("contact", contact, frequencies.share("contact", contact) * _STATING_CONTACT)


def _combined(record: ComparableRecord, frequencies: TermFrequencies) -> Iterator[_Value]:
    contexts = tuple(_contexts(record, frequencies))
    nationalities = tuple(dict.fromkeys((*record.nationalities, *record.birth_countries)))
    years = _years(record)
    for base in _bases(record, frequencies):
        if base.name in LARGEST_BLOCK:
            yield _Value(base.name, base.value, base.share)
        for context, value, share in contexts:
            family = f"{base.name}_{context}"
            if family in LARGEST_BLOCK:
                yield _Value(family, f"{base.value}|{value}", base.share * share)
        for code in nationalities:
            share = base.share_in(code)
            if f"{base.name}_nationality" in LARGEST_BLOCK:
                yield _Value(f"{base.name}_nationality", f"{base.value}|{code}", share)
            if f"{base.name}_nationality_year" in LARGEST_BLOCK:
                for year in years:
                    yield _Value(f"{base.name}_nationality_year", f"{base.value}|{code}|{year}", share * _YEAR)


def _bases(record: ComparableRecord, frequencies: TermFrequencies) -> Iterator[_Base]:
    def within(share: float) -> Callable[[str], float]:
        return lambda code: share * frequencies.share("nationality", code)

    parts = _rarest({*record.name_parts, *record.fathers}, frequencies.part)
    for name, size in (("part", 1), ("two_parts", 2), ("three_parts", 3)):
        for chosen in combinations(sorted(parts), size):
            yield _Base(name, " ".join(chosen), frequencies.together(chosen), partial(frequencies.together, chosen))
    sounds = _rarest(record.name_sounds, frequencies.sound)
    for name, size in (("sound", 1), ("two_sounds", 2)):
        for chosen in combinations(sorted(sounds), size):
            share = prod(map(frequencies.sound, chosen))
            yield _Base(name, " ".join(chosen), share, within(share * _SOUND_OF_A_NATIONALITY))
    yield _Base("any", "", 1.0, within(1.0))
    for kunya in record.kunyas:
        share = frequencies.share("kunya", kunya) * _STATING_KUNYA
        yield _Base("kunya", kunya, share, within(share))


def _contexts(record: ComparableRecord, frequencies: TermFrequencies) -> Iterator[tuple[str, str, float]]:
    """Context, value and the share of records that have it."""
    years = _years(record)
    for year in years:
        yield "year", str(year), _YEAR
    for place in record.birth_localities:
        share = frequencies.share("birth_locality", place) * _STATING_LOCALITY
        yield "locality", place, share
        for year in years:
            yield "locality_year", f"{place}|{year}", share * _YEAR
    for day in record.birth_days:
        yield "day", day, _DAY
        for code in record.nationalities:
            yield "day_nationality", f"{day}|{code}", _DAY * frequencies.share("nationality", code)


def _years(record: ComparableRecord) -> tuple[int, ...]:
    """The years of birth as far as they are few; of a single year the next one, too, so that neighbours meet."""
    if record.birth_from is None or record.birth_to is None:
        return ()
    first, last = record.birth_from.year, record.birth_to.year
    if last - first > _MOST_YEARS:
        return ()
    return tuple(range(first, last + 1)) if last > first else (first, first + 1)


def _rarest(values: Iterable[str], share: Callable[[str], float]) -> list[str]:
    return sorted(values, key=lambda value: (share(value), value))[:_MOST_PARTS]

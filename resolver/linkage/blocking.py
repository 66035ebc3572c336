"""Blocking keys: two records are compared exactly when they share one.

A key is a 63-bit hash of a family and of the values that a record combines in it. It is made from the record and the
frozen frequencies alone, so that the online index, a batch run (`block_on` the exploded array) and any other engine
find the same candidates. A key is made only where its block is expected to stay small: how many records of a holding of
the size that the model is for would share it is reckoned from the frozen frequencies, never from a live count. What is
too common by itself is combined with more: two common parts of a name with a year, a nationality, a place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import combinations
from math import inf, prod
from typing import NamedTuple

from resolver.domain.comparable import ComparableRecord
from resolver.linkage.term_frequencies import TermFrequencies

LARGEST_BLOCK: dict[str, float] = {
    "document": inf,
    "document_signs": inf,
    "biometric": inf,
    "contact": 16.0,
    "three_parts": 64.0,
    "three_parts_year": 256.0,
    "two_parts": 2.0,
    "two_parts_year": 8.0,
    "two_parts_locality": 4.0,
    "two_parts_locality_year": 2.0,
    "two_parts_nationality": 24.0,
    "two_parts_nationality_year": 64.0,
    "part_day": 2.0,
    "part_nationality_year": 6.0,
    "two_sounds_nationality_year": 16.0,
    "sound_locality_year": 4.0,
    "sound_nationality_year": 4.0,
    "any_day_nationality": 16.0,
    "kunya_nationality_year": 8.0,
    "whole_year": 64.0,
    "whole_nationality": 32.0,
}
"""Families of keys, each with the most records that are expected to share one of its keys in the model's holding.

Chosen on tuning data by what each adds in true pairs for what it adds in candidates; see ADR 10.
"""

_PARTS = ("part", "two_parts", "three_parts")
_COMBINED = {
    base: {
        family.removeprefix(f"{base}_"): (family, largest)
        for family, largest in LARGEST_BLOCK.items()
        if family.startswith(f"{base}_")
    }
    for base in (*_PARTS, "sound", "two_sounds", "whole", "any", "kunya")
}
"""By each base and each context, the family of the two and its largest block."""
_NO_FAMILY = ("", -inf)

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
_WHOLE_NAMES = {1: 0.035, 2: 0.68}
"""Share of records that state a name of so many parts; longer ones have keys enough of some of their parts."""


class BlockingKey(NamedTuple):
    """A key with the family it belongs to; `key` is below 2^63."""

    family: str
    key: int


class _Base(NamedTuple):
    """What a context makes rarer: parts of a name, sounds or a kunya.

    With its share of the world's records, and of those that also state each of the record's nationalities.
    """

    value: str
    share: float
    shares_in: Sequence[float]


class _Context(NamedTuple):
    """What is combined with a base, and the share of records that have it."""

    kind: str
    value: str
    share: float


def blocking_keys(record: ComparableRecord, frequencies: TermFrequencies) -> tuple[BlockingKey, ...]:
    """Returns the record's distinct keys. Never empty values, never generic ones."""
    found = set(_alone(record, frequencies))
    _combine(record, frequencies, found)
    keys = {(family, _hash(f"{family}:{value}")) for family, value in found}
    return tuple(map(BlockingKey._make, sorted(keys)))


def _hash(text: str) -> int:
    # 63 bits: DuckDB hands the range of a join's keys to Arrow as signed numbers.
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> 1


def _alone(record: ComparableRecord, frequencies: TermFrequencies) -> Iterator[tuple[str, str]]:
    for number in record.document_numbers:
        yield "document", number
    for key in record.document_keys:
        kind, _, number = key.rpartition("|")
        # The same for two numbers that differ by an exchange of characters.
        yield "document_signs", f"{kind}|{''.join(sorted(number))}"
    for reference in (
        *record.biometric_references,
        *record.biometric_same,
        *record.biometric_probable,
        *record.biometric_candidates,
    ):
        yield "biometric", reference
    for contact in record.contacts:
        share = frequencies.share("contact", contact) * _STATING_CONTACT
        if share * frequencies.holding <= LARGEST_BLOCK["contact"]:
            yield "contact", contact


def _combine(record: ComparableRecord, frequencies: TermFrequencies, found: set[tuple[str, str]]) -> None:
    """Adds the families with the values that the record combines in them; some sixty, so this is a plain loop."""
    holding = frequencies.holding
    years = _years(record)
    contexts = _contexts(record, years, frequencies)
    nationalities = tuple(dict.fromkeys((*record.nationalities, *record.birth_countries)))
    add = found.add
    for name, bases in _bases(record, nationalities, frequencies):
        if not bases:
            continue
        alone = LARGEST_BLOCK.get(name, -inf)
        families = _COMBINED[name]
        combining = [
            (*families[context.kind], context.value, context.share) for context in contexts if context.kind in families
        ]
        nation, in_nation = families.get("nationality", _NO_FAMILY)
        nation_and_year, in_nation_and_year = families.get("nationality_year", _NO_FAMILY)
        codes = nationalities if nation or nation_and_year else ()
        for value, share, shares_in in bases:
            if share * holding <= alone:
                add((name, value))
            for family, largest, context_value, context_share in combining:
                if share * context_share * holding <= largest:
                    add((family, f"{value}|{context_value}"))
            for code, share_in in zip(codes, shares_in, strict=False):
                if share_in * holding <= in_nation:
                    add((nation, f"{value}|{code}"))
                if share_in * _YEAR * holding <= in_nation_and_year:
                    for year in years:
                        add((nation_and_year, f"{value}|{code}|{year}"))


def _bases(
    record: ComparableRecord, nationalities: Sequence[str], frequencies: TermFrequencies
) -> Iterator[tuple[str, list[_Base]]]:
    """The record's bases by their names."""
    of_nations = [frequencies.share("nationality", code) for code in nationalities]

    def spread(value: str, share: float, within: float = 1.0) -> _Base:
        return _Base(value, share, [share * within * of_nation for of_nation in of_nations])

    together = _stated_together(record)
    parts = sorted(_rarest({*record.name_parts, *record.fathers}, frequencies.part))
    of_sizes = frequencies.together(parts, len(_PARTS), nationalities)
    for size, (name, shares) in enumerate(zip(_PARTS, of_sizes, strict=False), start=1):
        yield (
            name,
            [
                _Base(" ".join(some), *share)
                for some, share in zip(combinations(parts, size), shares, strict=True)
                if size == 1 or any(stated.issuperset(some) for stated in together)
            ],
        )
    sounds = sorted(_rarest(record.name_sounds, frequencies.sound))
    for name, size in (("sound", 1), ("two_sounds", 2)):
        yield (
            name,
            [
                spread(" ".join(some), prod(map(frequencies.sound, some)), _SOUND_OF_A_NATIONALITY)
                for some in combinations(sounds, size)
            ],
        )
    yield (
        "whole",
        [
            _Base(" ".join(name), share * states, [each * states for each in shares])
            for name in dict.fromkeys(record.name_tokens)
            if (states := _WHOLE_NAMES.get(len(name))) is not None
            for share, shares in list(frequencies.together(name, len(name), nationalities))[-1]
        ],
    )
    yield "any", [spread("", 1.0)]
    yield "kunya", [spread(kunya, frequencies.share("kunya", kunya) * _STATING_KUNYA) for kunya in record.kunyas]


def _stated_together(record: ComparableRecord) -> list[frozenset[str]]:
    """Parts that may stand in a key together: those of one reading of a name, and a father whom it does not state.

    Two readings of one word come together wherever the word does, however rare each would be by itself.
    """
    found: list[frozenset[str]] = []
    for name in map(frozenset, record.name_tokens):
        fathers = record.fathers if name.isdisjoint(record.fathers) else ()
        found.extend(name | {father} for father in fathers)
        found.append(name)
    return found


def _contexts(record: ComparableRecord, years: Sequence[int], frequencies: TermFrequencies) -> list[_Context]:
    found = [_Context("year", str(year), _YEAR) for year in years]
    for place in record.birth_localities:
        share = frequencies.share("birth_locality", place) * _STATING_LOCALITY
        found.append(_Context("locality", place, share))
        found += [_Context("locality_year", f"{place}|{year}", share * _YEAR) for year in years]
    for day in record.birth_days:
        found.append(_Context("day", day, _DAY))
        found += [
            _Context("day_nationality", f"{day}|{code}", _DAY * frequencies.share("nationality", code))
            for code in record.nationalities
        ]
    return found


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

"""Exclusive conflicts: what two records, or two groups of records, of one person cannot both state.

A group states what its records state. Two groups conflict where everything that one states is unlike everything that
the other states: one mistaken record among many does not part them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from resolver.domain.decision import ReviewReason


@dataclass(frozen=True, slots=True)
class Document:
    """A document with a known period of validity; `kind` is its issuing state and type."""

    kind: str
    number: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules read of a record, or of a group.

    `key` is the record's name and orders ties, so that arrival does not; a group has its least one.
    """

    key: str
    minor: bool = False
    sexes: frozenset[str] = frozenset()
    fathers: frozenset[str] = frozenset()
    birth_days: frozenset[str] = frozenset()
    documents: frozenset[Document] = frozenset()
    biometric_references: frozenset[str] = frozenset()
    biometric_excluded: frozenset[str] = frozenset()


def together(one: Facts, other: Facts) -> Facts:
    """What two groups state when they are one."""
    return Facts(
        key=min(one.key, other.key),
        minor=one.minor or other.minor,
        sexes=one.sexes | other.sexes,
        fathers=one.fathers | other.fathers,
        birth_days=one.birth_days | other.birth_days,
        documents=one.documents | other.documents,
        biometric_references=one.biometric_references | other.biometric_references,
        biometric_excluded=one.biometric_excluded | other.biometric_excluded,
    )


def conflict(one: Facts, other: Facts) -> ReviewReason | None:
    """The gravest conflict between two records or groups, or None. Symmetric."""
    return next(conflicts(one, other), None)


def conflicts(one: Facts, other: Facts) -> Iterator[ReviewReason]:
    """All conflicts between two records or groups, the gravest first. Symmetric."""
    if _excluded(one, other) or _excluded(other, one):
        yield ReviewReason.BIOMETRICS_EXCLUDED
    if _births_conflict(one.birth_days, other.birth_days):
        yield ReviewReason.BIRTH_DATES_CONFLICT
    if _documents_conflict(one.documents, other.documents):
        yield ReviewReason.DOCUMENTS_CONFLICT
    if one.sexes and other.sexes and one.sexes.isdisjoint(other.sexes):
        yield ReviewReason.SEX_CONFLICT
    if _fathers_conflict(one.fathers, other.fathers):
        yield ReviewReason.FATHERS_CONFLICT
    if one.minor or other.minor:
        yield ReviewReason.MINOR


def _excluded(one: Facts, other: Facts) -> bool:
    return not one.biometric_excluded.isdisjoint(other.biometric_references)


def _births_conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    """Both know days of birth (YYYYMMDD), and no two are similar."""
    if not one or not other or not one.isdisjoint(other):
        return False
    return not any(_similar_days(x, y) for x in one for y in other)


def _fathers_conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    """Both state the father's name, and no two are alike."""
    if not one or not other or not one.isdisjoint(other):
        return False
    return not any(_alike(x, y) for x in one for y in other)


def _alike(one: str, other: str) -> bool:
    """Equal, or one character more, less or another in what is longer than two; skeletons of names."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 3 or len(longer) - len(shorter) > 1:
        return False
    common = next((at for at, sign in enumerate(shorter) if sign != longer[at]), len(shorter))
    rest = shorter[common + (len(shorter) == len(longer)) :]
    return rest == longer[common + 1 :]


def _similar_days(one: str, other: str) -> bool:
    """Equal, one character apart, two characters exchanged, or day and month swapped."""
    if one[:3] != other[:3] and one[5:] != other[5:]:
        return False
    differing = [place for place in range(8) if one[place] != other[place]]
    if len(differing) == 2:
        first, second = differing
        exchanged = second == first + 1 and one[first] == other[second] and one[second] == other[first]
    else:
        exchanged = False
    return len(differing) <= 1 or exchanged or one == other[:4] + other[6:] + other[4:6]


_RENEWAL: Final = 366
"""Days."""


def _documents_conflict(one: frozenset[Document], other: frozenset[Document]) -> bool:
    """Two documents of one kind and issuer with other numbers, issued within a year, are valid at once for longer.

    None is common. Up to a year of overlap is an early renewal. A document that replaces a lost, full or damaged one
    years later is no second one: the former's printed validity runs on, though it is void.
    """
    if not one.isdisjoint(other):
        return False
    return any(
        x.kind == y.kind
        and x.number != y.number
        and (min(x.last, y.last) - max(x.first, y.first)).days > _RENEWAL
        and abs((x.first - y.first).days) <= _RENEWAL
        for x in one
        for y in other
    )

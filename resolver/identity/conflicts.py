"""Exclusive conflicts: what two records of one person cannot both state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

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
    """What the rules read of a record. `key` is the record's name and orders ties, so that arrival does not."""

    key: str
    minor: bool = False
    sex: str | None = None
    birth_days: frozenset[str] = frozenset()
    documents: tuple[Document, ...] = ()
    biometric_references: frozenset[str] = frozenset()
    biometric_excluded: frozenset[str] = frozenset()


def conflict(one: Facts, other: Facts) -> ReviewReason | None:
    """The gravest conflict between two records, or None. Symmetric."""
    if _excluded(one, other) or _excluded(other, one):
        return ReviewReason.BIOMETRICS_EXCLUDED
    if _births_conflict(one.birth_days, other.birth_days):
        return ReviewReason.BIRTH_DATES_CONFLICT
    if _documents_conflict(one.documents, other.documents):
        return ReviewReason.DOCUMENTS_CONFLICT
    if one.sex is not None and other.sex is not None and one.sex != other.sex:
        return ReviewReason.SEX_CONFLICT
    if one.minor or other.minor:
        return ReviewReason.MINOR
    return None


def _excluded(one: Facts, other: Facts) -> bool:
    return not one.biometric_excluded.isdisjoint(other.biometric_references)


def _births_conflict(one: frozenset[str], other: frozenset[str]) -> bool:
    """Both know days of birth (YYYYMMDD), and no two are similar."""
    return bool(one) and bool(other) and not any(_similar_days(x, y) for x in one for y in other)


def _similar_days(one: str, other: str) -> bool:
    """Equal, one character apart, two characters exchanged, or day and month swapped."""
    differing = [place for place in range(8) if one[place] != other[place]]
    if len(differing) == 2:
        first, second = differing
        exchanged = second == first + 1 and one[first] == other[second] and one[second] == other[first]
    else:
        exchanged = False
    return len(differing) <= 1 or exchanged or one == other[:4] + other[6:] + other[4:6]


def _documents_conflict(one: Iterable[Document], other: Iterable[Document]) -> bool:
    """Two documents of one kind and issuer with other numbers are valid at once for more than a year.

    Up to a year of overlap is an early renewal.
    """
    others = tuple(other)
    return any(
        x.kind == y.kind and x.number != y.number and (min(x.last, y.last) - max(x.first, y.first)).days > 366
        for x in one
        for y in others
    )

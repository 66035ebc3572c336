"""A person's word on whether two records are one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum

from resolver.domain.decision import Decision


class VerdictKind(Enum):
    """What the verdict says of its two records."""

    UNSPECIFIED = 0
    SAME = 1
    DIFFERENT = 2


class Basis(IntEnum):
    """What the verdict rests on; of two on one pair the higher decides."""

    UNSPECIFIED = 0
    RULE = 1
    MODEL = 2
    EXAMINER = 3
    OWNER_STATEMENT = 4
    COURT = 5


class Justification(Enum):
    """Whether there is a lawful reason for the two identities; it never moves a record."""

    UNSPECIFIED = 0
    JUSTIFIED = 1
    UNJUSTIFIED = 2
    NOT_ASSESSED = 3


class VerdictState(Enum):
    """Where a verdict stands in its life."""

    UNSPECIFIED = 0
    PENDING = 1
    """It waits for a second person and decides nothing."""
    STANDING = 2
    WITHDRAWN = 3


class SecondPersonReason(Enum):
    """Why a second person has to agree."""

    UNSPECIFIED = 0
    MINOR = 1
    OWNERS_DISAGREE = 2
    CONFIRMED_IDENTITY = 3


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of two records, by whom and why.

    `examiner` is the authority's own reference for the person, never a name.
    """

    kind: VerdictKind
    basis: Basis
    justification: Justification
    reason: str
    examiner: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict that was given on two records, the one accepted first on the left. Times are UTC without zone.

    `number` is 0 in a dry run. `confirmed_by` is the second person where one was asked for; `withdrawn_by` and
    `withdrawal_reason` are empty while it is not withdrawn. `revision` counts from 1.
    """

    number: int
    left: str
    right: str
    word: Word
    state: VerdictState
    create_time: datetime
    update_time: datetime
    second_person: tuple[SecondPersonReason, ...] = ()
    confirmed_by: str = ""
    withdrawn_by: str = ""
    withdrawal_reason: str = ""
    revision: int = 1

    @property
    def name(self) -> str:
        """The resource name; empty in a dry run."""
        return verdict_name(self.number) if self.number else ""


_COLLECTION = "verdicts/"


def verdict_name(number: int) -> str:
    """The resource name of a verdict."""
    return f"{_COLLECTION}{number}"


def verdict_number(name: str) -> int | None:
    """The number in a verdict's resource name; None for a text that is not such a name."""
    text = name.removeprefix(_COLLECTION)
    return int(text) if text != name and text.isascii() and text.isdecimal() and len(text) <= 18 else None


@dataclass(frozen=True, slots=True)
class Ruled:
    """The receipt of a write of verdicts; `decision` is None while all of them wait for a second person."""

    verdicts: tuple[Verdict, ...]
    decision: Decision | None

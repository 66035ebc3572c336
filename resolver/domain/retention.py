"""How long records are kept: what their owners state, the dates that hold, and what is told when they come.

Days are those of UTC. A record is kept through its expiry date, and purged on the day after or later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final


class RecordClass(Enum):
    """What kind of record one is; the numbers are those of `ftf.resolution.v1.RecordClass`."""

    UNSPECIFIED = 0
    NOTICE = 1
    DIFFUSION = 2
    NATIONAL_WATCHLIST = 3
    BATTLEFIELD = 4
    PRISON = 5
    BORDER_ENCOUNTER = 6
    ADMINISTRATIVE = 7


class PurgeReason(Enum):
    """Why a record was purged."""

    UNSPECIFIED = 0
    EXPIRED = 1


@dataclass(frozen=True, slots=True)
class Stated:
    """What an owner states of its record's retention; None where it leaves a date to the policy."""

    record_class: RecordClass = RecordClass.UNSPECIFIED
    review: date | None = None
    expiry: date | None = None


NOTHING_STATED: Final = Stated()


@dataclass(frozen=True, slots=True)
class Dates:
    """When a record must be reviewed, and the last day on which it is kept; the review is never the later."""

    record_class: RecordClass
    review: date
    expiry: date


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of one record's retention.

    `since` is the day of its first acceptance, `extended` has the dates of the last extension. `told` is the due date
    of which the owner was told last.
    """

    number: int
    stated: Stated
    since: date
    dates: Dates
    extended: tuple[date, date] | None = None
    told: date | None = None


@dataclass(frozen=True, slots=True)
class Purge:
    """What the decision of a purge tells beside the digest: `parted` if records that remain came apart."""

    record_class: RecordClass
    reason: PurgeReason
    parted: bool = False


@dataclass(frozen=True, slots=True)
class Extended:
    """The receipt of an extension."""

    record: str
    dates: Dates


@dataclass(frozen=True, slots=True)
class DueRecord:
    """A record that must be reviewed, or expires, before long; `country` and `authority` are its owner's.

    `place` is that in the list of such records: the day in the upper bits, then 64 bits for the record's handle, which
    tells nothing of how many there are.
    """

    place: int
    record: str
    country: str
    authority: str
    dates: Dates
    extensions: int
    last_extension: datetime | None
    last_reason: str

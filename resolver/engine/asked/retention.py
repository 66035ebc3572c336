"""What is asked of the keeper: to extend how long a record is kept, and what falls due with time.

Each is carried out alone in its transaction, so it sees everything that was committed before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

AT_ONCE: Final = 100
"""Records that are told of, or purged, in one transaction at most: nobody waits long for it."""


@dataclass(frozen=True, slots=True)
class ExtendRetention:
    """Keeps a record longer; None leaves a date as it is. `by` is who says so, as the audit log names callers."""

    name: str
    review: date | None
    expiry: date | None
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class TellDue:
    """Tells owners of the next records that are due before long."""


@dataclass(frozen=True, slots=True)
class PurgeExpired:
    """Purges the next records that have expired."""


@dataclass(frozen=True, slots=True)
class RewriteStore:
    """Writes the store's file anew, if something was purged since it last was; carried out between transactions."""


Keeping = ExtendRetention | TellDue | PurgeExpired | RewriteStore

"""A source of records that is staged: kept apart and unseen, until a plan brings it in or it is dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

STAGED_SOURCES: Final = "stagedSources/"
STAGED_PERIOD: Final = timedelta(days=30)
"""How long a record stays staged at most."""
KNOWN_PERIOD: Final = timedelta(days=60)
"""How long it is known that a plan brought a record in: beyond the time in which that can be rolled back."""


@dataclass(frozen=True, slots=True)
class StagedSource:
    """A staged source with how many of its records wait, and how many a plan brought in and can take back.

    Only one that is `whole` can be planned: before, its records are still coming.
    """

    number: int
    create_time: datetime
    whole: bool
    waiting: int
    brought: int

    @property
    def name(self) -> str:
        """Its name."""
        return f"{STAGED_SOURCES}{self.number}"

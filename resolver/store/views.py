"""What a reader of the store gets: values, never rows or cursors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from resolver.domain.decision import Decision, Link, ReviewReason
from resolver.domain.link_cell import Cell
from resolver.domain.pair_outcome import PairOutcome
from resolver.domain.retention import Dates
from resolver.domain.review import OpenTask
from resolver.domain.verdict import Verdict
from resolver.identity.conflicts import Facts


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record in one version. `payload` is what the caller sent, opaque to the store; empty once withdrawn.

    `dates` are how long it is kept, in views of its current version.
    """

    name: str
    number: int
    payload: bytes
    version: int
    withdrawn: bool
    create_time: datetime
    update_time: datetime
    dates: Dates | None = None

    @property
    def etag(self) -> str:
        """The version in the quoted form of RFC 7232."""
        return etag_of(self.version)


def etag_of(version: int) -> str:
    """The etag of a record's version."""
    return f'"{version}"'


@dataclass(frozen=True, slots=True)
class StoredIdentity:
    """An identity and its records, oldest first; `number` is its oldest record's.

    `revision` is the place in the feed of the decision by which its membership last changed.
    """

    name: str
    number: int
    records: tuple[str, ...]
    create_time: datetime
    update_time: datetime
    revision: int

    @property
    def etag(self) -> str:
        """The version of the membership in the quoted form of RFC 7232."""
        return etag_of(self.revision)


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Where a name leads; `decision` is None when the name is current."""

    identity: StoredIdentity
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class StatedIdentity:
    """An identity with the records in it, oldest first, and what the rules read of each by its number."""

    identity: StoredIdentity
    records: tuple[StoredRecord, ...]
    facts: Mapping[int, Facts]


@dataclass(frozen=True, slots=True)
class ComparisonLevel:
    """One comparison of an explained pair; weights in bits.

    `decisive`: without it the match weight would be on the other side of a threshold.
    """

    comparison: str
    level_code: str
    match_weight: float
    term_frequency_adjustment: float
    decisive: bool


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """Why two stored records are, or are not, one person."""

    left: StoredRecord
    right: StoredRecord
    comparisons: tuple[ComparisonLevel, ...]
    prior_weight: float
    match_weight: float
    merge_threshold: float
    review_threshold: float
    shared_key_families: tuple[str, ...]
    same_identity: bool
    refusals: tuple[ReviewReason, ...]
    cell: Cell
    verdicts: tuple[Verdict, ...]
    outcome: PairOutcome


@dataclass(frozen=True, slots=True)
class IdentityExplanation:
    """How an identity was built."""

    identity: StoredIdentity
    uniting_links: tuple[Link, ...]
    open_review_tasks: tuple[OpenTask, ...]
    verdicts: tuple[Verdict, ...]

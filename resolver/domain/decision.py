"""What the service decided about a record, as a receipt and as a row of the feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from resolver.domain.finding import Finding


class DecisionKind(Enum):
    """What a write did to the identities."""

    UNSPECIFIED = 0
    CREATED = 1
    ATTACHED = 2
    MERGED = 3
    SPLIT = 4
    REGROUPED = 5
    UNCHANGED = 6
    WITHDRAWN = 7


class ReviewReason(Enum):
    """Why a person has to look at two identities."""

    UNSPECIFIED = 0
    BETWEEN_THRESHOLDS = 1
    BIOMETRICS_EXCLUDED = 2
    BIRTH_DATES_CONFLICT = 3
    DOCUMENTS_CONFLICT = 4
    SEX_CONFLICT = 5
    MINOR = 6
    WEAK_BRIDGE = 7
    NAMES_DISAGREE = 8
    FATHERS_CONFLICT = 9
    AMBIGUOUS = 10
    VERDICT = 11
    IDENTITY_DATA_DIFFER = 12


@dataclass(frozen=True, slots=True)
class Link:
    """A scored pair of records; `match_weight` in bits (log2 of the Bayes factor with the prior)."""

    left: str
    right: str
    match_weight: float


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """Records that went from one identity to another; `before` is None for a new record, `after` for one withdrawn."""

    before: str | None
    after: str | None
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """An identity that the record might have joined.

    `margin` is the bits it fell short of the merge threshold; negative where a rule refused.
    """

    identity: str
    match_weight: float
    margin: float


@dataclass(frozen=True, slots=True)
class ReviewTask:
    """Two identities that a person must compare, and the strongest pair of records between them."""

    name: str
    reason: ReviewReason
    identities: tuple[str, str]
    link: Link


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision.

    `sequence` is its place in the feed, from 1; 0 in a dry run and for a re-sent record that changed nothing.
    `verdicts` are the numbers of the verdicts that were given, came into force or were withdrawn; `record` is then the
    older record of the first. `findings` are about the record as it was sent, and for its owner alone.
    """

    sequence: int
    kind: DecisionKind
    record: str
    record_version: int
    identity: str | None
    changes: tuple[IdentityChange, ...]
    deciding_links: tuple[Link, ...]
    broken_links: tuple[Link, ...]
    runner_ups: tuple[RunnerUp, ...]
    review_tasks_raised: tuple[ReviewTask, ...]
    review_tasks_closed: tuple[ReviewTask, ...]
    model: str
    policy: str
    commit_time: datetime
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[int, ...] = ()

"""What the service decided about a record, as a receipt and as a row of the feed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from resolver.domain.finding import Finding
from resolver.domain.retention import Dates, Purge


class DecisionKind(Enum):
    """What a write did to the identities; REVIEW_DUE and PURGED are no writes: they come with time."""

    UNSPECIFIED = 0
    CREATED = 1
    ATTACHED = 2
    MERGED = 3
    SPLIT = 4
    REGROUPED = 5
    UNCHANGED = 6
    WITHDRAWN = 7
    REVIEW_DUE = 13
    PURGED = 14


class RequiredAction(Enum):
    """What a copy outside of this service has to undo."""

    UNSPECIFIED = 0
    REPLACE_RECORD = 1
    PURGE_RECORD = 2
    SEPARATE_RECORDS = 3


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
    `required_actions` are what copies outside have to undo. `due` has the dates of a record that is due, `purge` what
    is told of one that was purged, whose `record` is a digest; so it is in every earlier decision then. `plan` is the
    number of the plan of re-resolution that it carries out, 0 without one; `record` is then the oldest that moved.
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
    required_actions: tuple[RequiredAction, ...] = ()
    due: Dates | None = None
    purge: Purge | None = None
    plan: int = 0


def required_actions(
    kind: DecisionKind,
    record: str,
    record_version: int,
    changes: Iterable[IdentityChange],
    verdicts: Sequence[int],
    purge: Purge | None = None,
    plan: int = 0,
) -> tuple[RequiredAction, ...]:
    """What a committed decision, stated by its parts, asks copies to undo.

    A record that comes back after it was withdrawn joins an identity from none, and copies have nothing of it.
    """
    if kind is DecisionKind.REVIEW_DUE:
        return ()
    if purge is not None:
        parted = (RequiredAction.SEPARATE_RECORDS,) if purge.parted else ()
        return (RequiredAction.PURGE_RECORD, *parted)
    here = [change for change in changes if record in change.records]
    withdrawn = any(change.after is None for change in here)
    entered = any(change.before is None for change in here)
    # A verdict or a plan changes no record, and is told with the version that the record has.
    corrected = record_version > 1 and not verdicts and not plan and not withdrawn and not entered
    asked = {
        RequiredAction.REPLACE_RECORD: corrected,
        RequiredAction.PURGE_RECORD: withdrawn,
        RequiredAction.SEPARATE_RECORDS: kind in (DecisionKind.SPLIT, DecisionKind.REGROUPED),
    }
    return tuple(action for action, needed in asked.items() if needed)

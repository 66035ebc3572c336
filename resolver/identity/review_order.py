"""Which review task comes first, and by when it ought to be resolved.

What a decision is worth is what is at stake, by the kind of conflict, times the odds that the two are one person; and a
day of waiting counts as one point, so that nothing waits for ever. Since every task ages alike, the order of two tasks
never changes, and a list can be paged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp2
from typing import Final

from resolver.domain.decision import ReviewReason

_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - times are UTC without zone


@dataclass(frozen=True, slots=True)
class _Care:
    """`stake` in points, where 100 is an ordinary doubt; `within` is the time to resolve."""

    stake: float
    within: timedelta


# Half a day is what Regulation (EU) 2018/1862, article 61, gives owners whose records may be of one person.
_AT_ONCE: Final = timedelta(hours=12)
_SOON: Final = timedelta(days=2)
_IN_A_WEEK: Final = timedelta(days=7)
_IN_A_MONTH: Final = timedelta(days=30)
_CARE: Final[Mapping[ReviewReason, _Care]] = {
    # One finger or passport under two names: fraud, or a document in the wrong hands.
    ReviewReason.IDENTITY_DATA_DIFFER: _Care(200.0, _AT_ONCE),
    ReviewReason.MINOR: _Care(180.0, _AT_ONCE),
    # Until it is resolved a record stands apart from all that it may belong to.
    ReviewReason.AMBIGUOUS: _Care(150.0, _SOON),
    ReviewReason.WEAK_BRIDGE: _Care(130.0, _SOON),
    ReviewReason.BIRTH_DATES_CONFLICT: _Care(110.0, _IN_A_WEEK),
    ReviewReason.DOCUMENTS_CONFLICT: _Care(110.0, _IN_A_WEEK),
    ReviewReason.FATHERS_CONFLICT: _Care(110.0, _IN_A_WEEK),
    ReviewReason.SEX_CONFLICT: _Care(110.0, _IN_A_WEEK),
    ReviewReason.NAMES_DISAGREE: _Care(100.0, _IN_A_WEEK),
    ReviewReason.BETWEEN_THRESHOLDS: _Care(100.0, _IN_A_MONTH),
    # An examiner has spoken already.
    ReviewReason.BIOMETRICS_EXCLUDED: _Care(50.0, _IN_A_MONTH),
}


def worth(reason: ReviewReason, weight: float) -> float:
    """What a decision is worth when the task is raised, 0 to 200 points; `weight` in bits."""
    return _CARE[reason].stake / (1.0 + exp2(-weight))


def priority_at_epoch(reason: ReviewReason, weight: float, raised: datetime) -> float:
    """The worth less one point for each day from the year 2000 to when the task was raised (UTC without zone)."""
    return worth(reason, weight) - _days(raised)


def priority(at_epoch: float, now: datetime) -> float:
    """The priority now, in points."""
    return at_epoch + _days(now)


def due(reason: ReviewReason, raised: datetime) -> datetime:
    """When a task raised at a time ought to be resolved."""
    return raised + _CARE[reason].within


def _days(moment: datetime) -> float:
    return (moment - _EPOCH) / timedelta(days=1)

"""Which review task comes first."""

from datetime import datetime, timedelta

import pytest

from resolver.domain.decision import ReviewReason
from resolver.identity.review_order import due, priority, priority_at_epoch, worth

MONDAY = datetime(2026, 5, 4, 9)  # noqa: DTZ001 - times are UTC without zone
RAISED = [reason for reason in ReviewReason if reason not in (ReviewReason.UNSPECIFIED, ReviewReason.VERDICT)]


@pytest.mark.parametrize("reason", RAISED)
def test_every_reason_has_a_worth_and_a_due_time(reason):
    assert 0 < worth(reason, 0.0) < worth(reason, 10.0) <= 200.0
    assert due(reason, MONDAY) > MONDAY


def test_the_graver_the_stronger_and_the_older_comes_first():
    def now(reason, weight, raised=MONDAY):
        return priority(priority_at_epoch(reason, weight, raised), MONDAY + timedelta(days=3))

    child, doubt = ReviewReason.MINOR, ReviewReason.BETWEEN_THRESHOLDS
    assert now(child, 10.0) > now(doubt, 10.0)
    assert now(doubt, 6.0) > now(doubt, -3.0)
    assert now(doubt, 6.0, MONDAY - timedelta(days=30)) > now(doubt, 6.0)
    assert now(doubt, 6.0) == pytest.approx(worth(doubt, 6.0) + 3.0)


def test_what_is_due_at_once_is_due_in_half_a_day():
    assert due(ReviewReason.IDENTITY_DATA_DIFFER, MONDAY) - MONDAY == timedelta(hours=12)

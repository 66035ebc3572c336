"""One value that thousands share never fuses them, and a component of thousands harms nobody beside it."""

from collections import Counter

import pytest

from benchmarks.hub import RECORDS, star
from resolver.domain.decision import DecisionKind, ReviewReason
from resolver.identity.conflicts import Facts
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.partition import Pair
from resolver.identity.policy import STANDARD

HUB = 1


def beside(around):
    """Enters two records that are one person, far from all others."""
    for record in (RECORDS + 1, RECORDS + 2):
        around.submit(record, Facts(f"z{record}"), [])
    around.submit(RECORDS + 2, Facts(f"z{RECORDS + 2}"), [Pair(RECORDS + 1, RECORDS + 2, 25.0)])


def test_a_hub_good_for_two_thousand_people_joins_nobody_and_each_is_a_question():
    around = star(days=RECORDS)
    beside(around)
    assert around.identities[HUB] == HUB
    assert Counter(around.identities.values()).most_common(2)[0] == (RECORDS + 1, 2)
    assert len(set(around.identities.values())) == RECORDS
    asked = {task.reason for key, task in around.tasks.items() if HUB in key}
    assert asked == {ReviewReason.AMBIGUOUS}
    assert len(around.tasks) == RECORDS - 2


def test_what_happens_to_a_hub_moves_nobody_beside_it():
    around = star(days=RECORDS)
    beside(around)
    told = around.withdraw(HUB)
    assert told.kind is DecisionKind.WITHDRAWN
    assert [move.records for move in told.moves] == [(HUB,)]
    assert around.identities[RECORDS + 2] == RECORDS + 1
    assert not around.tasks


def test_two_thousand_records_of_one_person_are_one_identity():
    around = star(days=1)
    assert set(around.identities.values()) == {HUB}


@pytest.mark.parametrize("identifying", [True, False])
def test_a_value_that_does_not_identify_asks_and_does_not_merge(identifying):
    around = Neighbourhood(STANDARD)
    for record in range(1, 40):
        pairs = [Pair(other, record, 20.0, identifying=identifying) for other in range(1, record)]
        around.submit(record, Facts(f"r{record:02}"), pairs)
    assert len(set(around.identities.values())) == (1 if identifying else 39)
    assert len(around.tasks) == (0 if identifying else 39 * 38 // 2)

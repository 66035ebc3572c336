"""What a caller may not see changes none of its answers, by any call, to the byte."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from resolver.access.methods import METHODS as NEEDED
from resolver.access.roles import Role
from tests.counts import THOROUGH, count
from tests.noninterference.asking import METHODS
from tests.noninterference.comparing import report
from tests.noninterference.examples import MEETING, TOGETHER
from tests.noninterference.moves import scenarios
from tests.noninterference.reads import READS
from tests.noninterference.running import Run, run
from tests.noninterference.worlds import ROLES, two_worlds
from tests.noninterference.writes import REFUSED, WRITES

SCENARIOS = count(2, 150)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the server's certificate is."""
    return tmp_path_factory.mktemp("worlds")


NEVER = {f"Operations/{kind}Operation" for kind in ("Get", "Wait", "Cancel", "Delete")}
"""What has nothing to answer: only operators make operations, from files and not from records."""


def asked(scenario, folder, *, whole=True):
    """The answers of the viewer in both worlds, and how they differ, in words."""
    with two_worlds(folder) as worlds:
        one = run(scenario, worlds, whole=whole)
    return one, report(one.differences())


def test_the_viewer_asks_by_every_method_that_its_roles_reach_and_tries_the_others():
    reached = {name for name, needed in NEEDED.items() if needed.roles & {Role[role] for role in ROLES}}
    tried = {name for name in METHODS if name.rpartition(".")[2] in READS.keys() | WRITES.keys()}
    refused = {name for name in METHODS if name.rpartition(".")[2] in REFUSED}
    assert tried == reached
    assert refused == METHODS.keys() - reached


def test_what_meets_hidden_records_in_every_way_is_answered_as_without_them(folder):
    one, found = asked(MEETING, folder)
    assert found == report([])
    (calls, _) = (viewer.calls for viewer in one.viewers)
    # A call that is only ever refused would show nothing.
    assert {call.method.rpartition(".")[2] for call in calls if call.answer.ok} == (READS | WRITES).keys() - NEVER
    assert not {"INTERNAL", "UNKNOWN", "DEADLINE_EXCEEDED"} & {call.answer.code for call in calls}


def test_decisions_of_a_batch_come_in_an_order_that_no_hidden_record_changes(folder):
    with two_worlds(folder) as worlds:
        one = Run(TOGETHER, worlds)
        one.happen()
    assert report(one.differences()) == report([])
    assert len(one.viewers[0].last.answer.messages) > len(TOGETHER.moves)


@pytest.mark.skipif(not THOROUGH, reason="tells faults of the comparison from leaks, when those beside fail")
def test_two_worlds_of_one_content_answer_alike(folder):
    assert asked(MEETING.without_secrets(), folder)[1] == report([])


@given(scenarios())
@settings(
    max_examples=SCENARIOS,
    deadline=None,
    derandomize=not THOROUGH,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink) if THOROUGH else (Phase.explicit, Phase.generate),
)
def test_whatever_happens_is_answered_as_without_what_is_hidden(folder, scenario):
    assert asked(scenario, folder, whole=THOROUGH)[1] == report([])

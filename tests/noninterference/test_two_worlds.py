"""What a caller may not see changes none of its answers, by any call, to the byte."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from resolver.access.methods import METHODS as NEEDED
from resolver.access.roles import Role
from tests.counts import THOROUGH, count
from tests.noninterference.asking import METHODS
from tests.noninterference.comparing import differences, report
from tests.noninterference.examples import MEETING
from tests.noninterference.moves import scenarios
from tests.noninterference.reads import READS
from tests.noninterference.running import run
from tests.noninterference.worlds import ROLES, two_worlds
from tests.noninterference.writes import REFUSED, WRITES

SCENARIOS = count(2, 150)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the server's certificate is."""
    return tmp_path_factory.mktemp("worlds")


def told(scenario, folder):
    """How the viewer's answers differ, in words; empty where they do not."""
    with two_worlds(folder) as worlds:
        found = run(scenario, worlds).differences()
    return report(found) if found else ""


def test_the_viewer_asks_by_every_method_that_its_roles_reach_and_tries_the_others():
    reached = {name for name, needed in NEEDED.items() if needed.roles & {Role[role] for role in ROLES}}
    asked = {name for name in METHODS if name.rpartition(".")[2] in READS.keys() | WRITES.keys()}
    refused = {name for name in METHODS if name.rpartition(".")[2] in REFUSED}
    assert asked == reached
    assert refused == METHODS.keys() - reached


def test_what_is_asked_is_answered_and_two_worlds_of_one_content_answer_alike(folder):
    """Else nothing that follows would show anything."""
    with two_worlds(folder) as worlds:
        one = run(MEETING.without_secrets(), worlds)
    first, second = one.viewers
    assert report(differences(first.calls, second.calls)) == report([])
    answered = {call.method.rpartition(".")[2] for call in first.calls if call.answer.ok}
    # Nobody's operations are there: models are trained by operators, from files and not from records.
    never = {f"Operations/{kind}Operation" for kind in ("Get", "Wait", "Cancel", "Delete")}
    assert answered == (READS.keys() | WRITES.keys()) - never
    assert not {"INTERNAL", "UNKNOWN", "DEADLINE_EXCEEDED"} & {call.answer.code for call in first.calls}


def test_what_meets_hidden_records_in_every_way_is_answered_as_without_them(folder):
    assert told(MEETING, folder) == ""


@given(scenarios())
@settings(
    max_examples=SCENARIOS,
    deadline=None,
    derandomize=not THOROUGH,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink) if THOROUGH else (Phase.explicit, Phase.generate),
)
def test_whatever_happens_is_answered_as_without_what_is_hidden(folder, scenario):
    assert told(scenario, folder) == ""

"""A run over a plan leaves the writer to others for its share of the time."""

import os
import time
from functools import partial
from itertools import count

import pytest

from resolver.domain.answer import Stepped
from resolver.domain.errors import ErrorReason, Refused
from resolver.engine.asked.plan_steps import ForgetUnfinished
from resolver.jobs import plan_control
from resolver.jobs.plan_control import Control, Steps


class Writer:
    """Answers every step at once."""

    def __init__(self):
        self.carried_out = []

    def submit(self, write):
        self.carried_out.append(write.step)
        return self

    def result(self):
        return (Stepped(),)


@pytest.fixture
def slept(monkeypatch):
    """The seconds that were slept, where each look at the clock is two seconds after the one before."""
    clock, slept = count(0, 2), []
    monkeypatch.setattr(plan_control.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(plan_control.time, "sleep", slept.append)
    return slept


@pytest.mark.parametrize(("share", "rest"), [(0.25, 6.0), (0.5, 2.0), (1.0, 0.0)])
def test_after_a_step_others_have_the_rest_of_the_time(slept, share, rest):
    writer = Writer()
    Steps(writer).take_resting(ForgetUnfinished(), Control(share=share))
    assert writer.carried_out == [ForgetUnfinished()]
    assert slept == [rest]


def told_of_process(name, tell):
    tell(name)
    return os.getpid()


@pytest.mark.parametrize("beside", [True, False])
def test_work_is_done_beside_where_this_process_serves_calls(beside):
    told = []
    control = Control(lambda *words: told.append(words), beside=beside)
    assert (control.done(partial(told_of_process, "uniting"), "uniting") != os.getpid()) is beside
    assert set(told) == {("uniting", 0, 0)}


def test_a_run_that_is_cancelled_ends_what_is_done_beside():
    told = []
    with pytest.raises(Refused) as refused:
        Control(lambda *words: told.append(words), lambda: bool(told), beside=True).done(
            partial(long, "uniting"), "uniting"
        )
    assert refused.value.reason is ErrorReason.OPERATION_CANCELLED
    assert refused.value.message == "cancelled while uniting"
    assert told == [("uniting", 0, 0)]


def long(name, tell):
    tell(name)
    time.sleep(600)


def test_a_run_that_was_cancelled_breaks_off_where_it_tells_what_it_does():
    told = []
    with pytest.raises(Refused) as refused:
        Control(lambda *words: told.append(words), lambda: True).told("uniting")
    assert refused.value.reason is ErrorReason.OPERATION_CANCELLED
    assert "uniting" in refused.value.message
    assert told == []

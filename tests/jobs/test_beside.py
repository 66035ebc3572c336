"""Work in a process of its own is told about, stopped at once, and never outlives what asked for it."""

import multiprocessing
import os
import signal
import threading
import time
from functools import partial

import pytest

from resolver.domain.errors import ErrorReason, Refused
from resolver.jobs.beside import ProcessLost, work_beside
from resolver.jobs.operations import Stopped


class Watching:
    """Stands for an operation at work; told to stop while nothing new is said: `before` the work tells, or `after`."""

    def __init__(self, stop=""):
        self.phases = []
        self.stop = stop

    def report(self, phase):
        now = "before" if phase == "starting" else "after"
        if self.stop == now and phase in self.phases:
            raise Stopped
        self.phases.append(phase)


def work(how, tell):
    if how == "silent":
        time.sleep(600)
    tell(str(os.getpid()))
    if how == "refused":
        raise Refused(ErrorReason.TRAINING_DATA_INVALID, "line 7")
    if how == "failed":
        raise KeyError("Zelimkhan")
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "long":
        time.sleep(600)
    return how


@pytest.mark.parametrize(
    ("how", "raised"), [("done", None), ("refused", Refused), ("failed", ProcessLost), ("killed", ProcessLost)]
)
def test_work_ends_with_its_result_or_with_why_there_is_none(how, raised, caplog):
    watching = Watching()
    if raised is None:
        assert work_beside(partial(work, how), watching.report, "starting") == how
    else:
        with pytest.raises(raised):
            work_beside(partial(work, how), watching.report, "starting")
    (process,) = {int(phase) for phase in watching.phases if phase != "starting"}
    assert process != os.getpid()
    assert "Zelimkhan" not in caplog.text


@pytest.mark.parametrize(("how", "when"), [("silent", "before"), ("long", "after")])
def test_work_that_has_to_stop_is_ended_with_its_process(how, when):
    watching = Watching(stop=when)
    there = set(multiprocessing.active_children())
    with pytest.raises(Stopped):
        work_beside(partial(work, how), watching.report, "starting")
    assert threading.active_count() < 50
    assert set(multiprocessing.active_children()) <= there

"""Operations are worked on beside the service, tell how far they are, and are never left running."""

import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.domain.caller import Caller
from resolver.domain.errors import ErrorReason, Overloaded, Refused
from resolver.domain.operation import MOST_FAILURES, MOST_UNFINISHED, Fault, Operation, OperationState, Progress
from resolver.engine.asked.operations import BeginOperation, CancelOperation, DeleteOperation
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.jobs import operations
from resolver.jobs.operations import OperationRunner
from tests.rpc.examples import wait_until

FRANCE = Caller("FRA", "ncb", "records")
_PATIENCE = 60


@dataclass
class Made:
    """A handler that does what a test says: `steps` reports, then an answer or a fault."""

    answer: bytes | Exception = b"done"
    resumes: bool = False
    steps: int = 3
    held: bool = False
    begun: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    seen: list = field(default_factory=list)

    def run(self, running):
        self.seen.append((running.operation.request, running.resumed, running.progress.done))
        for step in range(self.steps):
            running.report(f"step {step}", step + 1, self.steps, {"records": step})
        self.begun.set()
        while self.held and not self.release.wait(0.01):
            running.check()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def begin(engine, name="operations/1", kind="made-up", **asked):
    operating = BeginOperation(name, kind, "", b"asked", FRANCE)
    return engine.submit(Write((), atomic=True, operating=operating, **asked)).result(_PATIENCE)[0]


def change(engine, asked):
    return engine.submit(Write((), atomic=True, operating=asked)).result(_PATIENCE)[0]


def named(engine, name="operations/1"):
    return engine.reader.operations.named(name)


@contextmanager
def running(engine, handler):
    runner = OperationRunner(engine, {"made-up": handler})
    try:
        runner.start()
        yield runner
    finally:
        runner.close()


@pytest.fixture
def engine():
    with closing(open_engine(None)) as opened:
        yield opened


def ended(engine, name="operations/1"):
    wait_until(lambda: named(engine, name).done)
    return named(engine, name)


def test_an_operation_ends_with_its_result_and_the_progress_that_it_told(engine):
    handler = Made()
    begin(engine)
    with running(engine, handler):
        found = ended(engine)
    assert (found.state, found.result, found.fault) == (OperationState.SUCCEEDED, b"done", None)
    assert (found.progress.phase, found.progress.done, found.progress.total) == ("step 2", 3, 3)
    assert found.progress.counts == {"records": 2}
    assert found.create_time <= found.start_time <= found.end_time == found.update_time
    assert handler.seen == [(b"asked", False, 0)]


@pytest.mark.parametrize(
    ("raised", "fault"),
    [
        (Refused(ErrorReason.STORAGE_FULL, "there is no room"), Fault(ErrorReason.STORAGE_FULL, "there is no room")),
        (KeyError("Zelimkhan"), Fault(ErrorReason.INTERNAL, "internal error")),
    ],
)
def test_an_operation_that_fails_says_why_and_never_what_an_exception_says(engine, raised, fault):
    begin(engine)
    with running(engine, Made(raised)):
        found = ended(engine)
    assert (found.state, found.fault, found.result) == (OperationState.FAILED, fault, b"")


def test_parts_that_fail_are_listed_up_to_a_bound_and_all_are_counted(engine):
    class Partly(Made):
        def run(self, running):
            for part in range(MOST_FAILURES + 5):
                running.failed(f"line {part}", Fault(ErrorReason.FIELD_INVALID, "no date"))
            return super().run(running)

    begin(engine)
    with running(engine, Partly()):
        found = ended(engine)
    assert found.state is OperationState.SUCCEEDED
    assert (len(found.progress.failures), found.progress.failed) == (MOST_FAILURES, MOST_FAILURES + 5)
    assert found.progress.failures[3].subject == "line 3"


def test_work_stops_when_it_is_cancelled_and_what_waits_never_begins(engine):
    handler = Made(held=True)
    begin(engine)
    begin(engine, "operations/2")
    runner = OperationRunner(engine, {"made-up": handler}, workers=1)
    with closing(runner):
        runner.start()
        assert handler.begun.wait(_PATIENCE)
        for name in ("operations/2", "operations/1"):
            change(engine, CancelOperation(name))
            runner.cancel(name)
        found, waited = ended(engine), ended(engine, "operations/2")
    assert (found.state, waited.state) == (OperationState.CANCELLED, OperationState.CANCELLED)
    assert found.fault.reason is waited.fault.reason is ErrorReason.OPERATION_CANCELLED
    assert waited.start_time is None
    assert len(handler.seen) == 1


def test_work_that_ends_well_although_somebody_cancelled_it_has_a_result(engine):
    handler = Made(held=True)
    begin(engine)
    with running(engine, handler):
        assert handler.begun.wait(_PATIENCE)
        change(engine, CancelOperation("operations/1"))
        handler.release.set()
        found = ended(engine)
    assert found.state is OperationState.SUCCEEDED
    assert found.cancel_asked


@pytest.mark.parametrize("resumes", [False, True])
def test_after_a_restart_work_goes_on_where_it_can_and_is_never_left_running(tmp_path, resumes):
    store = tmp_path / "store.duckdb"
    with closing(open_engine(store)) as engine:
        for name in ("operations/1", "operations/2"):
            begin(engine, name)
        before = OperationRunner(engine, {"made-up": Made(held=True)}, workers=1)
        before.start()
        wait_until(lambda: named(engine).progress.done == 3)
        before.close()
        assert named(engine).state is OperationState.RUNNING
    after = Made(resumes=resumes)
    with closing(open_engine(store)) as engine, running(engine, after):
        found, waited = ended(engine), ended(engine, "operations/2")
    assert waited.state is OperationState.SUCCEEDED, "it had not begun, so it begins"
    if resumes:
        assert found.state is OperationState.SUCCEEDED
        assert (b"asked", True, 3) in after.seen
    else:
        assert found.state is OperationState.FAILED
        assert found.fault == Fault(ErrorReason.OPERATION_INTERRUPTED, "operations/1 was interrupted by a restart")


def test_what_was_cancelled_before_a_restart_or_has_no_handler_any_more_ends(engine):
    handler = Made(held=True, resumes=True)
    begin(engine)
    begin(engine, "operations/2", kind="of a later version")
    first = OperationRunner(engine, {"made-up": handler})
    first.take("operations/1")
    assert handler.begun.wait(_PATIENCE)
    first.close()
    change(engine, CancelOperation("operations/1"))
    with running(engine, Made(resumes=True)):
        assert ended(engine).state is OperationState.CANCELLED
        assert ended(engine, "operations/2").fault.reason is ErrorReason.OPERATION_INTERRUPTED


def test_one_request_begins_one_operation_however_often_it_comes(engine):
    first = begin(engine, request_key="r:1", digest=b"1")
    assert begin(engine, "operations/2", request_key="r:1", digest=b"1") == first
    assert named(engine, "operations/2") is None


def test_only_what_has_ended_is_deleted(engine):
    begin(engine)
    with pytest.raises(Refused, match="has not ended"):
        change(engine, DeleteOperation("operations/1"))
    change(engine, CancelOperation("operations/1"))
    change(engine, DeleteOperation("operations/1"))
    assert named(engine) is None


def test_more_than_can_be_worked_off_are_refused(engine):
    asked = [BeginOperation(f"operations/{number}", "made-up", "", b"", None) for number in range(MOST_UNFINISHED)]
    for future in [engine.submit(Write((), atomic=True, operating=each)) for each in asked]:
        future.result(_PATIENCE)
    with pytest.raises(Overloaded):
        begin(engine, "operations/more")


def test_the_end_is_written_down_when_there_is_room_again(engine, monkeypatch):
    handler = Made(held=True)
    begin(engine)
    monkeypatch.setattr(operations, "_COME_AGAIN", 0.01)
    refusals = iter([Overloaded(ErrorReason.OVERLOADED, "full")] * 3)
    submit = engine.submit

    def sometimes(write):
        for error in refusals:
            raise error
        return submit(write)

    with running(engine, handler):
        assert handler.begun.wait(_PATIENCE)
        monkeypatch.setattr(engine, "submit", sometimes)
        handler.release.set()
        assert ended(engine).state is OperationState.SUCCEEDED


_STEPS = {
    "start": lambda operation, now: operation.started(now),
    "report": lambda operation, now: operation.progressed(Progress("phase"), now),
    "end": lambda operation, now: operation.ended(b"result", now),
    "fail": lambda operation, now: operation.ended(Fault(ErrorReason.INTERNAL, "internal error"), now),
    "cancel": lambda operation, now: operation.asked_to_cancel(now),
}


@given(st.lists(st.sampled_from(sorted(_STEPS)), max_size=8))
def test_an_operation_ends_once_and_has_a_result_or_a_reason(steps):
    operation = Operation(1, "operations/1", "made-up", "", b"", None, 0, 0)
    for now, step in enumerate(steps, start=1):
        before, operation = operation, _STEPS[step](operation, now)
        assert not before.done or operation == before
        assert operation.done == (operation.state.value >= OperationState.SUCCEEDED.value)
        assert operation.done == bool(operation.result or operation.fault)

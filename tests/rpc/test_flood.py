"""More calls than the server answers: those that are let in are answered, the others are told when to come again."""

import asyncio
import threading
from contextlib import suppress
from types import SimpleNamespace

import grpc
import pytest
from google.protobuf import descriptor_pool
from google.rpc import error_details_pb2

from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.domain.errors import ErrorReason, NotFound, Overloaded, ResolverError
from resolver.engine.admission import RETRY_LONGEST
from resolver.engine.engine import open_engine
from resolver.engine.queued import Lane
from resolver.rpc import limits
from resolver.rpc.interceptors import flood
from resolver.rpc.interceptors.flood import LASTING, SECONDS, Flood, FloodInterceptor
from tests.conftest import serving
from tests.rpc.examples import person, reason_in, status_of_call, wait_until


class Clock:
    """Seconds that pass when told."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def let_in(calls):
    """How many more calls are let in now."""
    count = 0
    try:
        while True:
            calls.begin()
            count += 1
    except Overloaded as error:
        return count, error.retry_after.total_seconds()


def answer_slowly(calls, clock):
    """One call a second, each of which is followed by all that are let in."""
    for _ in range(600):
        clock.now += 1.0
        calls.end(answered=True)
        let_in(calls)


def test_as_many_calls_run_as_are_answered_in_a_second_and_the_others_are_told_how_long_these_take():
    clock = Clock()
    calls = Flood(clock)
    first, delay = let_in(calls)
    assert delay == pytest.approx(SECONDS)
    for rate in (1_000.0, 250.0):
        # Room that has gone is not filled up, and new room is, from one answer to the next.
        for _ in range(20):
            for _ in range(int(rate / 4)):
                clock.now += 1 / rate
                calls.end(answered=True)
                let_in(calls)
        assert calls._running == pytest.approx(rate * SECONDS, rel=0.05)
    with pytest.raises(Overloaded) as refused:
        calls.begin()
    assert refused.value.retry_after.total_seconds() == pytest.approx(SECONDS, rel=0.05)
    assert first > calls._running


def test_however_slow_the_server_is_it_has_enough_to_do():
    clock = Clock()
    calls = Flood(clock)
    let_in(calls)
    answer_slowly(calls, clock)
    assert calls._running == limits.FEWEST_CALLS
    assert let_in(calls) == (0, RETRY_LONGEST)


def test_calls_that_expire_or_are_turned_away_do_not_make_the_server_look_faster():
    clock = Clock()
    calls = Flood(clock)
    let_in(calls)
    for _ in range(5_000):
        clock.now += 0.001
        calls.end(answered=False)
        let_in(calls)
    assert calls._running == limits.FEWEST_CALLS


def test_what_was_slow_is_forgotten_when_nothing_runs():
    clock = Clock()
    calls = Flood(clock)
    at_first = let_in(calls)
    answer_slowly(calls, clock)
    assert let_in(calls)[0] == 0
    while calls._running:
        calls.end(answered=True)
    assert let_in(calls) == at_first


@pytest.mark.parametrize(
    ("error", "answered"),
    [
        (None, True),
        (NotFound(ErrorReason.RECORD_NOT_FOUND, "made up"), True),
        (Overloaded(ErrorReason.OVERLOADED, "made up"), False),
        (ResolverError(ErrorReason.DEADLINE_EXCEEDED, "made up"), False),
        (asyncio.CancelledError(), False),
    ],
)
def test_a_refusal_for_what_is_asked_is_an_answer_and_a_call_that_is_given_up_is_none(monkeypatch, error, answered):
    ends = []
    monkeypatch.setattr(Flood, "end", lambda _self, *, answered: ends.append(answered))

    async def inner(_request, _context):
        if error is not None:
            raise error

    async def continuation(_details):
        return grpc.unary_unary_rpc_method_handler(inner)

    async def call():
        details = SimpleNamespace(method="/ftf.resolution.v1.RecordService/GetRecord")
        handler = await FloodInterceptor().intercept_service(continuation, details)
        await handler.unary_unary(None, None)

    with suppress(ResolverError, asyncio.CancelledError):
        asyncio.run(call())
    assert ends == [answered]


def test_who_calls_now_and_then_says_nothing_of_how_much_can_be_answered():
    clock = Clock()
    calls = Flood(clock)
    for _ in range(1_000):
        calls.begin()
        clock.now += 1.0
        calls.end(answered=True)
    assert let_in(calls)[0] == let_in(Flood(clock))[0]


def test_the_methods_that_last_are_methods():
    services = descriptor_pool.Default()
    for method in LASTING:
        _, service, name = method.split("/")
        assert services.FindServiceByName(service).FindMethodByName(name) is not None


def test_single_calls_are_refused_with_a_delay_and_batches_are_not(monkeypatch, held_writer):
    monkeypatch.setattr(limits, "FEWEST_CALLS", 3)
    monkeypatch.setattr(flood, "SECONDS", 0.0)
    engine = open_engine(None)
    try:
        with serving(engine) as server:
            answers = []

            def call(number):
                request = pb.ResolveRecordRequest(record=person(f"sources/flood/records/{number}"))
                answers.append(server.resolution.ResolveRecord(request))

            threads = [threading.Thread(target=call, args=(number,)) for number in range(3)]
            with held_writer(engine):
                for thread in threads:
                    thread.start()
                wait_until(lambda: engine.queue.waiting()[Lane.INTERACTIVE].writes == 3)
                with pytest.raises(grpc.RpcError) as caught:
                    call(3)
                batch = pb.BatchResolveRecordsRequest(
                    requests=[pb.ResolveRecordRequest(record=person("sources/flood/records/4"))]
                )
                future = server.resolution.BatchResolveRecords.future(batch)
                wait_until(lambda: engine.queue.waiting()[Lane.INTERACTIVE].writes == 4)
            for thread in threads:
                thread.join()
            assert len(answers) == 3
            assert len(future.result(timeout=60).decisions) == 1
            status = status_of_call(caught.value)
            assert (caught.value.code(), reason_in(status)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
            retry = error_details_pb2.RetryInfo()
            assert any(detail.Unpack(retry) for detail in status.details)
            call(5)
            assert len(answers) == 4
    finally:
        engine.close()

"""What the Python client does beyond what the clients of all languages do."""

import gc
import sqlite3
import threading
import uuid
from contextlib import contextmanager
from types import ModuleType

import grpc
import pytest
from google.rpc import status_pb2

import ftf_client
from ftf.resolution.v1.consumer_service_pb2 import Consumer, CreateConsumerRequest, GetConsumerRequest
from ftf.resolution.v1.decision_service_pb2 import ListDecisionsRequest, WatchDecisionsRequest
from ftf.resolution.v1.record_service_pb2 import GetRecordRequest
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordRequest
from ftf_client import (
    Batch,
    BatchTooLarge,
    Cancelled,
    FeedFollower,
    Internal,
    InvalidInput,
    Persistence,
    RecordSender,
    ServiceError,
    SqliteCursors,
    Unreachable,
    batched,
    connect,
    error_of_status,
)
from tests.clients.scripted import scripted_server
from tests.rpc.examples import person, wait_until


def client_of(address, **options):
    return connect(address, purpose="identify", case_reference="test", persistence=Persistence(30, 0.05), **options)


@pytest.fixture
def client(fresh_server):
    with client_of(fresh_server.address) as opened:
        yield opened


def people(count):
    return [person(f"sources/python/records/{number}") for number in range(count)]


def store(client, count):
    return list(RecordSender(client, str(uuid.uuid4()), batched(people(count), 2)).acknowledged())


def test_the_public_face_is_what_it_says():
    public = [name for name, each in vars(ftf_client).items() if name[0] != "_" and not isinstance(each, ModuleType)]
    assert ftf_client.__all__ == sorted(public)


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK])
def test_every_status_has_a_type(code):
    error = error_of_status(status_pb2.Status(code=code.value[0], message="made up"))
    assert isinstance(error, ServiceError)
    assert (error.code, error.message, error.reason, error.violations) == (code, "made up", "", ())
    told_apart = {grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS, grpc.StatusCode.INTERNAL}
    assert (type(error) is Internal) is (code in told_apart)


def test_a_status_that_no_version_of_grpc_knows_is_still_an_error():
    assert error_of_status(status_pb2.Status(code=99, message="made up")).code is grpc.StatusCode.UNKNOWN


def test_the_callers_request_stays_as_it_is(client):
    request = ResolveRecordRequest(record=people(1)[0])
    client.resolution.ResolveRecord(request)
    assert not request.request_id
    listed = ListDecisionsRequest(page_size=1)
    store(client, 3)
    assert sum(1 for _ in ftf_client.pages(client.decisions.ListDecisions, listed)) >= 3
    assert not listed.page_token


def test_a_call_may_be_for_another_case_than_its_client():
    with scripted_server({"GetRecord": [{"message": {}}]}) as (address, handler), client_of(address) as client:
        request = GetRecordRequest(name="sources/a/records/1")
        client.records.GetRecord(request)
        client.for_case("another", purpose="locate").records.GetRecord(request)
        client.records.GetRecord(request, metadata=[("x-case-reference", "a third")])
    seen = [(call.metadata["x-purpose"], call.metadata["x-case-reference"]) for call in handler.seen]
    assert seen == [("identify", "test"), ("locate", "another"), ("identify", "a third")]


def test_a_call_that_is_not_waited_for_fails_with_the_same_type():
    with client_of("127.0.0.1:1") as client:
        future = client.records.GetRecord.future(GetRecordRequest(name="sources/a/records/1"))
        assert isinstance(future.exception(), ftf_client.Unreachable)


def test_batches_keep_to_both_limits():
    records = people(5)
    assert [len(batch.records) for batch in batched(records, 2)] == [2, 2, 1]
    assert [batch.sequence for batch in batched(records, 2, first_sequence=7)] == [7, 8, 9]
    for record in records:
        record.owner.authority = "x" * (2 << 20)
    assert [len(batch.records) for batch in batched(records, 5)] == [1] * 5
    assert not list(batched([], 5))


def test_a_batch_that_the_service_never_takes_is_told():
    script = {"ResolveRecords": [{"messages": [{"credit": 1}, {"sequence": 1, "credit": 1}]}]}
    with (
        scripted_server(script) as (address, _),
        client_of(address) as client,
        pytest.raises(BatchTooLarge) as caught,
    ):
        store(client, 2)
    assert caught.value.credit == 1


def test_what_the_callers_batches_raise_ends_the_stream(client):
    def batches():
        yield Batch(1, tuple(people(1)))
        raise KeyError("made up")

    sender = RecordSender(client, str(uuid.uuid4()), batches()).acknowledged()
    assert next(sender)[0].sequence == 1
    with pytest.raises(KeyError, match="made up"):
        next(sender)


def test_a_service_error_of_the_handler_ends_the_call_and_is_not_taken_for_a_broken_feed(client, tmp_path):
    store(client, 1)
    calls = []

    def handler(decision):
        calls.append(decision.name)
        raise Unreachable(grpc.StatusCode.UNAVAILABLE, "a service of the handler's own is away")

    follower = FeedFollower(client, SqliteCursors(sqlite3.connect(tmp_path / "store.sqlite")))
    with pytest.raises(Unreachable, match="of the handler's own"):
        follower.follow(handler, stop_at_end=True)
    assert len(calls) == 1


def test_what_a_handler_wrote_and_the_cursor_are_kept_together_or_not_at_all(client, tmp_path):
    store(client, 3)
    database = sqlite3.connect(tmp_path / "store.sqlite")
    database.execute("CREATE TABLE told (record TEXT)")
    told = []

    def fail_at_the_second(decision):
        database.execute("INSERT INTO told VALUES (?)", (decision.record,))
        told.append(decision.record)
        if len(told) == 2:
            raise KeyError("made up")

    with pytest.raises(KeyError):
        FeedFollower(client, SqliteCursors(database)).follow(fail_at_the_second, stop_at_end=True)
    assert database.execute("SELECT count(*) FROM told").fetchone() == (1,)
    FeedFollower(client, SqliteCursors(database)).follow(fail_at_the_second, stop_at_end=True)
    kept = [record for (record,) in database.execute("SELECT record FROM told")]
    assert kept == [record.name for record in people(3)]


def test_two_feeds_of_one_database_are_told_apart(client):
    store(client, 2)
    database, told = sqlite3.connect(":memory:"), []
    for name in ("one", "two", "one"):
        FeedFollower(client, SqliteCursors(database, name)).follow(told.append, stop_at_end=True)
    assert len(told) == 4


ANOTHER_MESSAGE = [{"credit": 100}, {"sequence": 2, "credit": 100, "results": [{}]}]


@pytest.mark.parametrize("entry", [{"messages": ANOTHER_MESSAGE}, {"error": {"code": "PERMISSION_DENIED"}}])
def test_of_a_stream_that_has_failed_no_call_is_left_for_the_interpreters_end(entry):
    # A call that is given up only then may wait for a lock that a thread of gRPC has stopped with, and for ever.
    with (
        scripted_server({"ResolveRecords": [entry]}) as (address, _),
        client_of(address) as client,
        nothing_collected() as calls_left,
    ):
        with pytest.raises(ServiceError) as kept:
            store(client, 4)
        assert (kept.value, calls_left()) == (kept.value, [])


def test_of_a_feed_whose_handler_failed_no_call_is_left_for_the_interpreters_end(client, tmp_path):
    store(client, 2)
    follower = FeedFollower(client, SqliteCursors(sqlite3.connect(tmp_path / "feed.sqlite")), WatchDecisionsRequest())
    with nothing_collected() as calls_left:
        with pytest.raises(ZeroDivisionError) as kept:
            follower.follow(lambda decision: 1 // 0)
        assert (kept.value, calls_left()) == (kept.value, [])


def test_the_answers_of_a_call_that_was_given_up_end_as_cancelled(client):
    answers = client.decisions.WatchDecisions(WatchDecisionsRequest())
    answers.cancel()
    answers.cancel()
    with pytest.raises(Cancelled, match="given up"):
        next(answers)


def test_the_answers_of_a_call_that_has_ended_end_the_same_way_again_and_keep_no_call(client):
    with nothing_collected() as calls_left:
        whole = client.decisions.WatchDecisions(WatchDecisionsRequest(stop_at_end=True))
        assert [list(whole), list(whole)] == [[], []]
        refused = client.decisions.WatchDecisions(WatchDecisionsRequest(cursor="not a cursor"))
        for _ in range(2):
            with pytest.raises(InvalidInput):
                next(refused)
        assert (whole, refused, calls_left()) == (whole, refused, [])


@contextmanager
def nothing_collected():
    """Only what nobody holds goes, as in a process that ends soon; gives what is left of the calls made meanwhile."""
    gc.collect()
    before = streams_of_grpc()
    gc.disable()
    try:
        yield lambda: [each for each in streams_of_grpc() if not any(each is one for one in before)]
    finally:
        gc.enable()


def streams_of_grpc():
    return [each for each in gc.get_objects() if isinstance(each, grpc.Call) and isinstance(each, grpc.RpcContext)]


def test_a_quiet_feed_is_left_when_told_to(client):
    told = []
    database = sqlite3.connect(":memory:", check_same_thread=False)
    follower = FeedFollower(client, SqliteCursors(database))
    thread = threading.Thread(target=follower.follow, args=(told.append,))
    thread.start()
    store(client, 1)
    wait_until(lambda: told)
    follower.stop()
    thread.join(30)
    assert not thread.is_alive()


def test_a_consumer_acknowledges_what_its_store_has_kept(client):
    store(client, 3)
    consumer = client.consumers.CreateConsumer(CreateConsumerRequest(consumer_id="desk", consumer=Consumer(holder="a")))
    assert consumer.lag_decisions == 3
    request = WatchDecisionsRequest(consumer=consumer.name, holder="a")

    def fail(decision):
        raise KeyError(decision.record)

    cursors = SqliteCursors(sqlite3.connect(":memory:"))
    with pytest.raises(KeyError):
        FeedFollower(client, cursors, request).follow(fail, stop_at_end=True)
    assert client.consumers.GetConsumer(GetConsumerRequest(name=consumer.name)).lag_decisions == 3
    FeedFollower(client, cursors, request).follow(lambda decision: None, stop_at_end=True)
    assert client.consumers.GetConsumer(GetConsumerRequest(name=consumer.name)).lag_decisions == 0


def test_errors_have_their_address_and_say_what_is_wrong(client, fresh_server):
    record = people(1)[0]
    record.owner.country = "XYZ"
    with pytest.raises(InvalidInput, match="INVALID_ARGUMENT \\(COUNTRY_UNKNOWN\\)") as caught:
        client.resolution.ResolveRecord(ResolveRecordRequest(record=record))
    assert caught.value.address == fresh_server.address
    assert not caught.value.passes

"""The stream of records: credit first, acknowledgements in order, resuming, and the rules of its messages."""

import asyncio
import itertools
import queue
import threading
import uuid

import grpc
import pytest

from ftf.resolution.v1 import record_service_pb2
from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.domain.errors import ErrorReason, NotFound, Overloaded
from resolver.engine.admission import BOUNDS, WriteQueue
from resolver.engine.asked.writes import Write
from resolver.engine.queued import Lane
from resolver.rpc import limits, resolve_stream
from resolver.rpc.answers import results_of
from resolver.rpc.backend import Backend
from resolver.rpc.requests import stream_writes
from resolver.rpc.resolve_stream import ResolveStream
from resolver.rpc.view import view_of
from tests.rpc.examples import IN_PLAIN_TEXT, person, reason_in, status_of_call, violations_in, wait_until


def message(sequence, *records, stream_id=""):
    return pb.ResolveRecordsRequest(stream_id=stream_id, sequence=sequence, records=records)


def people(source, count, first=0):
    return [person(f"sources/{source}/records/{i}") for i in range(first, first + count)]


def send(server, *messages):
    """The acknowledgements, without the first response, and the error that ended the stream, if any."""
    responses = server.resolution.ResolveRecords(iter(messages))
    acknowledgements = []
    try:
        opening = next(responses)
        assert (opening.sequence, opening.credit, len(opening.results)) == (0, limits.STREAM_CREDIT, 0)
        acknowledgements.extend(responses)
    except grpc.RpcError as error:
        return acknowledgements, error
    return acknowledgements, None


@pytest.fixture
def stream_id():
    return str(uuid.uuid4())


def test_every_message_is_acknowledged_in_order_with_a_result_for_each_record(server, stream_id):
    messages = [message(1, *people("stream-a", 3), stream_id=stream_id)]
    messages += [message(i, *people("stream-a", 3, first=3 * i)) for i in range(2, 9)]

    acknowledgements, error = send(server, *messages)

    assert error is None
    assert [response.sequence for response in acknowledgements] == list(range(1, 9))
    for sent, response in zip(messages, acknowledgements, strict=True):
        assert [result.decision.record for result in response.results] == [record.name for record in sent.records]
        assert response.credit == limits.STREAM_CREDIT


def test_one_bad_record_does_not_fail_its_neighbours(server, stream_id):
    good, bad, last = people("stream-b", 3)
    bad.identities[0].names[0].full_name = "Karim \u202e"

    (response,), error = send(server, message(1, good, bad, last, stream_id=stream_id))

    assert error is None
    assert [result.WhichOneof("result") for result in response.results] == ["decision", "error", "decision"]
    status = response.results[1].error
    assert status.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert reason_in(status) == "TEXT_NOT_ALLOWED"
    assert violations_in(status) == [("records[1].identities[0].names[0].full_name", "TEXT_NOT_ALLOWED")]


def test_bytes_that_are_no_text_do_not_fail_their_neighbours(server, stream_id):
    good, bad = people("stream-c", 2)
    bad.identities[0].names[0].full_name = "brokenname"
    data = message(1, good, bad, stream_id=stream_id).SerializeToString().replace(b"brokenname", b"brokenna\xff\xff")
    call = server.channel.stream_stream(
        "/ftf.resolution.v1.ResolutionService/ResolveRecords",
        response_deserializer=pb.ResolveRecordsResponse.FromString,
    )

    _, response = call(iter([data]))

    assert response.results[0].decision.record == good.name
    assert violations_in(response.results[1].error) == [
        ("records[1].identities[0].names[0].full_name", "TEXT_NOT_ALLOWED")
    ]


def test_a_stale_etag_is_the_result_of_its_record_alone(server, stream_id):
    good, stale = people("stream-d", 2)
    stale.etag = '"3"'
    (response,), _ = send(server, message(1, good, stale, stream_id=stream_id))
    assert response.results[0].decision.record == good.name
    assert reason_in(response.results[1].error) == "ETAG_MISMATCH"


def test_a_resumed_stream_gets_its_first_answers_and_doubles_nothing(server, stream_id):
    messages = [message(i, *people("stream-e", 2, first=2 * i), stream_id=stream_id) for i in range(1, 5)]
    first, _ = send(server, *messages[:3])

    # The client lost the answers from the second on, and its ids are left out where they may be.
    messages[2].stream_id = ""
    again, error = send(server, *messages[1:])

    assert error is None
    assert again[:2] == first[1:]
    assert [response.sequence for response in again] == [2, 3, 4]
    for record in messages[1].records:
        assert server.records.GetRecord(record_service_pb2.GetRecordRequest(name=record.name)).version == 1


def test_a_long_message_is_committed_in_parts_and_resent_gets_the_first_answers_of_those_that_were(server, stream_id):
    long = message(1, *people("stream-parts", 2 * limits.STREAM_PART + 3), stream_id=stream_id)
    writes = tuple(stream_writes(stream_id, long, rights=None))
    assert [write.size for write in writes] == [limits.STREAM_PART, limits.STREAM_PART, 3]
    # As if the service had ended after the first part.
    (before,) = (server.engine.submit(write).result(timeout=60) for write in writes[:1])

    (first,), error = send(server, long)
    (again,), _ = send(server, long)

    assert error is None
    assert [result.decision.record for result in first.results] == [record.name for record in long.records]
    assert [result.decision.cursor for result in first.results][: len(before)] == [
        result.decision.cursor for result in results_of(before, view_of(None, server.engine.reader.store_id()))
    ]
    assert again == first


def test_a_stream_makes_a_part_at_a_time_ready_while_single_calls_are_served_and_goes_on(
    server, stream_id, monkeypatch
):
    monkeypatch.setattr(WriteQueue, "hurried", property(lambda _: True))
    monkeypatch.setattr(resolve_stream, "_TURN", 0.0)
    made = []
    some = ResolveStream._some
    monkeypatch.setattr(ResolveStream, "_some", lambda *args: made.append(some(*args)) or made[-1])
    records = people("stream-turns", 2 * limits.STREAM_PART + 1)
    (answered,), error = send(server, message(1, *records, stream_id=stream_id))

    assert error is None
    assert [result.decision.record for result in answered.results] == [record.name for record in records]
    assert [[len(write.changes) for write in writes] for writes in made] == [
        [limits.STREAM_PART],
        [limits.STREAM_PART],
        [1],
    ]


def test_a_long_message_with_another_content_is_refused_whole(server, stream_id):
    records = people("stream-parts-b", limits.STREAM_PART + 1)
    send(server, message(1, *records, stream_id=stream_id))
    acknowledgements, error = send(server, message(1, *records[:-1], stream_id=stream_id))
    assert acknowledgements == []
    assert violations_in(status_of_call(error)) == [("sequence", "SEQUENCE_REUSED")]


def test_a_message_sent_twice_in_one_call_is_answered_twice_and_stored_once(server, stream_id):
    once = message(1, *people("stream-f", 2), stream_id=stream_id)
    (first, second), error = send(server, once, once)
    assert error is None
    assert first == second


def test_a_sequence_with_another_content_is_refused(server, stream_id):
    send(server, message(1, *people("stream-g", 1), stream_id=stream_id))
    for messages in (
        [message(1, *people("stream-g", 2), stream_id=stream_id)],
        [message(2, *people("stream-g", 3), stream_id=stream_id), message(2, *people("stream-g", 4))],
    ):
        _, error = send(server, *messages)
        assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert violations_in(status_of_call(error)) == [("sequence", "SEQUENCE_REUSED")]


def test_a_gap_in_the_sequence_ends_the_stream_after_the_messages_before_it(server, stream_id):
    one, other = people("stream-h", 2)
    acknowledgements, error = send(server, message(5, one, stream_id=stream_id), message(7, other))
    assert [response.sequence for response in acknowledgements] == [5]
    status = status_of_call(error)
    assert reason_in(status) == "SEQUENCE_OUT_OF_ORDER"
    assert status.message == "sequence: 7 does not follow 5"


@pytest.mark.parametrize(
    ("broken", "field", "reason"),
    [
        ({"stream_id": ""}, "stream_id", "FIELD_INVALID"),
        ({"stream_id": "mine"}, "stream_id", "FIELD_INVALID"),
        ({"sequence": 0}, "sequence", "FIELD_INVALID"),
        ({"sequence": -1}, "sequence", "FIELD_INVALID"),
        ({"records": []}, "records", "FIELD_INVALID"),
        ({"records": people("stream-i", 1) * 1_001}, "records", "LIMIT_EXCEEDED"),
    ],
    ids=str,
)
def test_a_message_that_breaks_the_rules_ends_the_stream(server, stream_id, broken, field, reason):
    whole = {"stream_id": stream_id, "sequence": 1, "records": people("stream-i", 1)}
    acknowledgements, error = send(server, pb.ResolveRecordsRequest(**(whole | broken)))
    assert acknowledgements == []
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert violations_in(status_of_call(error)) == [(field, reason)]


def test_another_stream_in_the_same_call_is_refused(server, stream_id):
    one, other = people("stream-j", 2)
    _, error = send(server, message(1, one, stream_id=stream_id), message(2, other, stream_id=str(uuid.uuid4())))
    assert violations_in(status_of_call(error)) == [("stream_id", "FIELD_INVALID")]


def test_a_stream_without_messages_ends_after_the_credit(server):
    assert send(server) == ([], None)


def test_messages_are_taken_while_earlier_ones_wait_and_the_credit_is_their_bound(server, stream_id, held_writer):
    """With the writer held nothing is acknowledged, so that all that was sent is in flight."""
    messages = [message(i, *people("stream-k", 1_000, first=1_000 * i), stream_id=stream_id) for i in range(1, 6)]

    async def call():
        last_is_taken = asyncio.Event()

        async def requests():
            for request in messages:
                if request is messages[-1]:
                    last_is_taken.set()
                yield request

        responses = ResolveStream(Backend(server.engine), IN_PLAIN_TEXT).responses(requests())
        assert (await anext(responses)).credit == 4_000
        with held_writer(server.engine):
            acknowledgement = asyncio.create_task(anext(responses))
            await last_is_taken.wait()
            await asyncio.sleep(0)
        sequences = [(await acknowledgement).sequence]
        try:
            async for response in responses:
                sequences.append(response.sequence)  # noqa: PERF401 - what came before the error counts
        except Overloaded as error:
            return sequences, error

    sequences, error = asyncio.run(call())

    assert error.reason is ErrorReason.CREDIT_EXCEEDED
    assert sequences == [1, 2, 3, 4]
    assert error.message == "5000 records were sent with a credit of 4000"


def test_a_stopping_service_acknowledges_what_it_took_and_says_that_it_stops(server, stream_id):
    async def call():
        backend = Backend(server.engine)

        async def requests():
            yield message(1, *people("stream-m", 2), stream_id=stream_id)
            backend.stopping.set()
            await asyncio.Event().wait()

        responses = ResolveStream(backend, IN_PLAIN_TEXT).responses(requests())
        await anext(responses)
        acknowledged = (await anext(responses)).sequence
        with pytest.raises(Overloaded) as caught:
            await anext(responses)
        return acknowledged, caught.value

    acknowledged, error = asyncio.run(call())
    assert acknowledged == 1
    assert error.reason is ErrorReason.SHUTTING_DOWN


def test_what_a_client_that_left_is_not_waiting_for_is_taken_off_the_queue(server, stream_id, held_writer):
    records = people("stream-n", 2)
    with held_writer(server.engine):
        requests = queue.SimpleQueue()
        responses = server.resolution.ResolveRecords(iter(requests.get, None))
        next(responses)
        for sequence, record in enumerate(records, start=1):
            requests.put(message(sequence, record, stream_id=stream_id))
        wait_until(lambda: server.engine.queue.waiting()[Lane.BULK].units == len(records))
        responses.cancel()
        wait_until(lambda: server.engine.queue.waiting()[Lane.BULK].writes == 0)
        requests.put(None)
    with pytest.raises(grpc.RpcError) as caught:
        server.records.GetRecord(record_service_pb2.GetRecordRequest(name=records[0].name))
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_of_what_a_client_that_left_is_not_waiting_for_the_last_goes_first(server, stream_id, held_writer, monkeypatch):
    """Else the writer, which goes on meanwhile, could decide a later record before an earlier one that comes again."""
    submit, gone, count = server.engine.submit, [], itertools.count()

    def noting(write):
        future = submit(write)
        place = next(count)
        future.add_done_callback(lambda _: gone.append(place))
        return future

    records = people("stream-s", 200)
    with held_writer(server.engine):
        monkeypatch.setattr(server.engine, "submit", noting)
        requests = queue.SimpleQueue()
        responses = server.resolution.ResolveRecords(iter(requests.get, None))
        next(responses)
        for sequence in (1, 2):
            requests.put(message(sequence, *records[100 * (sequence - 1) : 100 * sequence], stream_id=stream_id))
        wait_until(lambda: server.engine.queue.waiting()[Lane.BULK].units == len(records))
        responses.cancel()
        wait_until(lambda: server.engine.queue.waiting()[Lane.BULK].writes == 0)
        requests.put(None)
    parts = len(records) // limits.STREAM_PART
    assert gone == list(range(parts - 1, -1, -1))


def test_a_full_queue_delays_a_stream_and_refuses_a_single_call(server, stream_id, held_writer):
    nothing = NotFound(ErrorReason.RECORD_NOT_FOUND, "made up")
    answers = []
    sending = threading.Thread(
        target=lambda: answers.append(send(server, message(1, *people("stream-l", 1), stream_id=stream_id)))
    )
    with held_writer(server.engine):
        stuffed = [server.engine.submit(Write((nothing,) * BOUNDS[Lane.BULK].units))]
        stuffed += [server.engine.submit(Write((nothing,))) for _ in range(BOUNDS[Lane.INTERACTIVE].units)]
        with pytest.raises(grpc.RpcError) as caught:
            server.resolution.ResolveRecord(pb.ResolveRecordRequest(record=person("sources/stream-l/records/x")))
        sending.start()
    sending.join()
    for write in stuffed:
        write.result(timeout=60)

    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason_in(status_of_call(caught.value)) == "OVERLOADED"
    ((acknowledgements, error),) = answers
    assert error is None
    assert [response.sequence for response in acknowledgements] == [1]


def test_a_stream_tries_a_full_queue_again_until_there_is_room(server, stream_id, monkeypatch):
    submit, refusals = server.engine.submit, [Overloaded(ErrorReason.OVERLOADED, "full")] * 3

    def submit_when_there_is_room(write):
        if refusals:
            raise refusals.pop()
        return submit(write)

    monkeypatch.setattr(server.engine, "submit", submit_when_there_is_room)
    acknowledgements, error = send(server, message(1, *people("stream-o", 1), stream_id=stream_id))
    assert error is None
    assert [response.sequence for response in acknowledgements] == [1]
    assert refusals == []

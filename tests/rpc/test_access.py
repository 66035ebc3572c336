"""What roles and purposes mean for callers of a real server, also for streams that are open when they go."""

import queue
import uuid

import grpc
import pytest

from ftf.resolution.v1 import consumer_service_pb2
from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.access.file import parse
from tests.rpc.examples import reason_in, status_of_call
from tests.rpc.peers import RULES, owned, refused

BORDER = (("x-purpose", "border"), ("x-case-reference", "gate 7"))


def test_a_caller_without_a_role_is_refused_whatever_it_asks_for(peers):
    nobody = peers["nobody"]
    assert refused(nobody.resolve, owned("sources/fra-a/records/1")) == "ROLE_REQUIRED"
    assert refused(nobody.stream, owned("sources/fra-a/records/1")) == "ROLE_REQUIRED"
    assert refused(nobody.get, "sources/fra-a/records/none") == "ROLE_REQUIRED"
    # What is wrong with the request is not looked at either.
    assert refused(nobody.get, "no name at all") == "ROLE_REQUIRED"
    assert refused(lambda: list(nobody.watch(stop_at_end=True))) == "ROLE_REQUIRED"


def test_a_role_holds_for_its_purposes(peers):
    border = peers["border"]
    record = owned("sources/fra-border/records/1")
    assert refused(border.resolve, record, validate_only=True) == "PURPOSE_NOT_GRANTED"
    assert border.resolve(record, metadata=BORDER, validate_only=True).record == record.name


def test_who_screens_stores_nothing(peers, france):
    border = peers["border"]
    record = owned("sources/fra-border/records/2")
    assert refused(border.resolve, record, metadata=BORDER) == "ROLE_REQUIRED"
    border.resolve(record, metadata=BORDER, validate_only=True)
    with pytest.raises(grpc.RpcError) as caught:
        france.get(record.name)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_consumer_is_held_by_the_certificate_that_created_it(france, germany):
    request = consumer_service_pb2.CreateConsumerRequest(consumer_id="shared", consumer={"holder": "anybody"})
    assert france.ask(request).holder == "ftf://FRA/ncb/records"
    assert france.ask(request).name == "consumers/shared"
    assert refused(germany.ask, request) == "CONSUMER_TAKEN"
    for holder in ("anybody", "ftf://FRA/ncb/records"):
        deletion = consumer_service_pb2.DeleteConsumerRequest(name="consumers/shared", holder=holder)
        assert refused(germany.ask, deletion) == "CONSUMER_TAKEN"
        assert refused(next, germany.watch(consumer="consumers/shared", holder=holder)) == "CONSUMER_TAKEN"
    france.ask(consumer_service_pb2.DeleteConsumerRequest(name="consumers/shared", force=True))


@pytest.fixture
def taken_away(access):
    """Puts rules in force in which France has no role; afterwards it has its old ones again."""
    before = access.current

    def take():
        access.current = parse(RULES.replace("ftf://*/*/records", "ftf://DEU/bka/records"))

    yield take
    access.current = before


def test_a_feed_that_is_open_when_rights_are_taken_away_ends_at_its_next_message(france, germany, taken_away):
    feed = france.watch()
    for response in feed:
        # The heartbeat at the end: everything before has been sent.
        if not response.HasField("decision"):
            break
    taken_away()
    germany.resolve(owned("sources/deu-later/records/1"))
    seen = []
    with pytest.raises(grpc.RpcError) as caught:
        seen.extend(feed)
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert reason_in(status_of_call(caught.value)) == "ROLE_REQUIRED"
    # At most a heartbeat was on its way before.
    assert not [response for response in seen if response.HasField("decision")]


def test_a_stream_of_records_that_is_open_when_rights_are_taken_away_ends_at_its_next_message(france, taken_away):
    outgoing = queue.SimpleQueue()
    responses = france.streaming(iter(outgoing.get, None))
    assert next(responses).sequence == 0
    first, second = (owned(f"sources/fra-open/records/{key}") for key in "ab")
    outgoing.put(pb.ResolveRecordsRequest(stream_id=str(uuid.uuid4()), sequence=1, records=[first]))
    assert next(responses).results[0].decision.record == first.name
    taken_away()
    outgoing.put(pb.ResolveRecordsRequest(sequence=2, records=[second]))
    with pytest.raises(grpc.RpcError) as caught:
        next(responses)
    outgoing.put(None)
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert reason_in(status_of_call(caught.value)) == "ROLE_REQUIRED"


def test_a_source_that_is_taken_away_is_refused_in_a_stream_that_goes_on(france, access):
    before = access.current
    outgoing = queue.SimpleQueue()
    responses = france.streaming(iter(outgoing.get, None))
    next(responses)
    stream_id = str(uuid.uuid4())
    try:
        for sequence, rules in ((1, RULES), (2, RULES.replace('"fra-*"', "fra-other"))):
            access.current = parse(rules)
            record = owned(f"sources/fra-moved/records/{sequence}")
            outgoing.put(pb.ResolveRecordsRequest(stream_id=stream_id, sequence=sequence, records=[record]))
            (result,) = next(responses).results
        assert reason_in(result.error) == "SOURCE_NOT_GRANTED"
    finally:
        outgoing.put(None)
        access.current = before
    assert list(responses) == []

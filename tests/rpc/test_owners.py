"""Only its owner writes a record, in single calls, batches, streams and dry runs; and gives an owner's statement."""

import uuid

import grpc
import pytest

from ftf.resolution.v1 import decision_pb2, record_pb2, verdict_service_pb2
from tests.rpc.examples import reason_in, same_person, status_of_call
from tests.rpc.judging import COURT, DIFFERENT, claim, merge, settle, split, verdict, withdraw
from tests.rpc.peers import owned, refused

OWNER_STATEMENT = verdict_service_pb2.VERDICT_BASIS_OWNER_STATEMENT


@pytest.mark.parametrize("stated", [(), ("FRA",), ("FRA", "ncb"), ("", "ncb")])
def test_a_records_owner_is_its_sender_stated_or_not(france, stated):
    names = [
        f"sources/fra-filled/records/{way}-{len(stated)}-{len(''.join(stated))}" for way in ("one", "two", "three")
    ]
    one, two, three = (owned(name, *stated) for name in names)
    france.resolve(one)
    france.batch(two)
    assert france.stream(three)[0].HasField("decision")
    for name in names:
        assert france.get(name).owner == record_pb2.Owner(country="FRA", authority="ncb")


WAYS = ["resolve", "dry run", "batch", "dry batch", "stream"]


def reason_of(peer, way, record):
    """For which reason a record is refused, by any way that a record can take."""
    if way == "stream":
        (result,) = peer.stream(record)
        assert result.WhichOneof("result") == "error", result
        assert result.error.code == grpc.StatusCode.PERMISSION_DENIED.value[0]
        return reason_in(result.error)
    call = peer.batch if way.endswith("batch") else peer.resolve
    return refused(call, record, validate_only=way.startswith("dry"))


@pytest.mark.parametrize("way", WAYS)
def test_a_record_that_states_another_owner_is_refused(france, way):
    for owner in (("DEU", "bka"), ("FRA", "dgsi"), ("DEU",)):
        assert reason_of(france, way, owned("sources/fra-owner/records/1", *owner)) == "OWNER_MISMATCH"


@pytest.mark.parametrize("way", WAYS)
def test_a_source_of_another_answers_the_same_whether_there_is_such_a_record_or_not(france, germany, way):
    there = f"sources/deu-{way.replace(' ', '')}/records/there"
    germany.resolve(owned(there))
    for record in (owned(there), owned(there + "-not")):
        assert reason_of(france, way, record) == "SOURCE_NOT_GRANTED"
    assert reason_of(france, way, owned("sources/unclaimed/records/1")) == "SOURCE_NOT_GRANTED"
    assert germany.get(there).version == 1


def test_a_refusal_says_nothing_of_the_record_that_is_there(france, germany):
    there, absent = "sources/deu-quiet/records/a", "sources/deu-quiet/records/b"
    germany.resolve(owned(there))

    def told(name, **options):
        found = []
        for call, argument in ((france.resolve, owned(name)), (france.withdraw, name)):
            with pytest.raises(grpc.RpcError) as caught:
                call(argument, **options)
            found.append(status_of_call(caught.value).SerializeToString())
        return found

    assert told(there) == told(absent)
    assert told(there, validate_only=True) == told(absent, validate_only=True) == told(there)


def test_a_withdrawal_is_the_owners_alone(france, germany):
    name = "sources/deu-withdrawn/records/1"
    germany.resolve(owned(name))
    for options in ({}, {"validate_only": True}):
        assert refused(france.withdraw, name, **options) == "SOURCE_NOT_GRANTED"
    germany.withdraw(name)


def test_one_record_that_is_refused_leaves_its_neighbours_in_a_stream_and_fails_a_batch(france):
    good, bad, more = (owned(f"sources/fra-mixed/records/{key}") for key in ("good", "bad", "more"))
    bad.owner.CopyFrom(record_pb2.Owner(country="DEU", authority="bka"))
    assert refused(france.batch, good, bad, more) == "OWNER_MISMATCH"
    with pytest.raises(grpc.RpcError):
        france.get(good.name)
    results = france.stream(good, bad, more)
    assert [result.WhichOneof("result") for result in results] == ["decision", "error", "decision"]
    assert reason_in(results[1].error) == "OWNER_MISMATCH"


def test_a_message_of_a_stream_that_comes_again_is_answered_as_before_refusals_included(france):
    records = owned("sources/fra-again/records/1"), owned("sources/deu-again/records/1")
    stream_id = str(uuid.uuid4())
    first = list(france.stream(*records, stream_id=stream_id))
    assert list(france.stream(*records, stream_id=stream_id)) == first
    assert reason_in(first[1].error) == "SOURCE_NOT_GRANTED"


def test_a_delegate_writes_for_an_owner_who_keeps_the_record(europol, germany):
    name = "sources/deu-delegated/records/1"
    germany.resolve(owned(name))
    changed = owned(name, "DEU", "bka")
    changed.identities[0].names[0].full_name = "Gezim Halbrecht"
    assert europol.resolve(changed).record_version == 2
    assert germany.get(name).owner == record_pb2.Owner(country="DEU", authority="bka")
    assert refused(europol.resolve, owned(name + "-new")) == "SOURCE_NOT_GRANTED"
    europol.withdraw(name)

    held = "sources/eue-held/records/1"
    europol.resolve(owned(held, "DEU", "bka"))
    # The owner may change what is its own in another's source, and puts nothing new there.
    assert germany.resolve(owned(held)).kind == decision_pb2.DECISION_KIND_UNCHANGED
    assert refused(germany.resolve, owned(held + "-new")) == "SOURCE_NOT_GRANTED"
    # A delegate that forgets to say for whom it writes does not become the owner.
    assert refused(europol.resolve, owned(held)) == "OWNER_MISMATCH"
    handed = europol.resolve(owned(held, "EUE", "europol"))
    assert handed.record_version == 2
    assert refused(europol.resolve, owned(held, "FRA", "ncb")) == "OWNER_MISMATCH"
    assert refused(germany.withdraw, held) == "SOURCE_NOT_GRANTED"


def test_a_request_id_of_one_caller_tells_another_nothing(france, germany):
    request_id = str(uuid.uuid4())
    first = france.resolve(owned("sources/fra-id/records/1"), request_id=request_id)
    assert france.resolve(owned("sources/fra-id/records/1"), request_id=request_id) == first
    # Neither the first answer nor that the id was used.
    assert refused(germany.resolve, owned("sources/fra-id/records/1"), request_id=request_id) == "SOURCE_NOT_GRANTED"
    other = germany.resolve(owned("sources/deu-id/records/1"), request_id=request_id)
    assert other.record == "sources/deu-id/records/1"


def test_an_owners_statement_is_the_word_of_the_owner_of_one_of_the_records(peers, france, germany):
    names = "sources/fra-word/records/1", "sources/deu-word/records/1"
    for peer, name in zip((france, germany), names, strict=True):
        peer.resolve(owned(name))
    given = germany.ask(verdict(*names, kind=DIFFERENT, basis=OWNER_STATEMENT)).verdicts[0]

    theirs = [f"sources/deu-words/records/{key}" for key in "ab"]
    for name in theirs:
        germany.resolve(owned(name))
    assert refused(france.ask, verdict(*theirs, basis=OWNER_STATEMENT)) == "OWNER_MISMATCH"
    assert refused(france.ask, verdict(*theirs, basis=OWNER_STATEMENT, validate_only=True)) == "OWNER_MISMATCH"
    # On another basis everybody may who reviews, and a delegate speaks for the owner.
    france.ask(verdict(*theirs, kind=DIFFERENT))
    standing = peers["europol"].ask(verdict(*theirs, kind=DIFFERENT, basis=OWNER_STATEMENT)).verdicts[0]
    assert refused(france.ask, withdraw(standing.name)) == "OWNER_MISMATCH"
    assert germany.ask(withdraw(standing.name)).verdicts[0].name == standing.name
    assert france.ask(withdraw(given.name)).verdicts[0].name == given.name


def test_merging_splitting_and_tasks_are_no_way_around_that(france, germany):
    one, other = (owned(f"sources/deu-around/records/{key}") for key in "ab")
    identities = [germany.resolve(record).identity for record in (one, other)]
    assert refused(france.ask, merge(*identities, basis=OWNER_STATEMENT)) == "OWNER_MISMATCH"
    merged = germany.ask(merge(*identities, basis=COURT)).decision.identity
    assert refused(france.ask, split(merged, other.name, basis=OWNER_STATEMENT)) == "OWNER_MISMATCH"

    child, twin = same_person("deu-task", 2)
    for record in (child, twin):
        record.ClearField("owner")
    twin.minor = record_pb2.MINOR_YES
    germany.resolve(child)
    (task,) = germany.resolve(twin).review_tasks_raised
    france.ask(claim(task.name))
    assert refused(france.ask, settle(task.name, basis=OWNER_STATEMENT)) == "OWNER_MISMATCH"

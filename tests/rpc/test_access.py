"""What the access rules mean for callers of a real server, in single calls, batches, streams, dry runs and verdicts."""

import queue
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import grpc
import pytest

from ftf.resolution.v1 import (
    consumer_service_pb2,
    consumer_service_pb2_grpc,
    decision_pb2,
    decision_service_pb2,
    decision_service_pb2_grpc,
    record_pb2,
    record_service_pb2,
    record_service_pb2_grpc,
    resolution_service_pb2_grpc,
    review_service_pb2_grpc,
    verdict_service_pb2,
    verdict_service_pb2_grpc,
)
from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.access.file import parse
from resolver.cli.development_authority import DevelopmentAuthority
from resolver.engine import open_engine
from resolver.rpc.certificates import CertificateFiles, Certificates
from tests.access.examples import live_access
from tests.conftest import PURPOSE, serving
from tests.rpc.examples import person, reason_in, same_person, status_of_call
from tests.rpc.judging import COURT, DIFFERENT, claim, merge, settle, split, verdict, withdraw

RULES = """
grants:
  - {caller: "ftf://*/*/records", roles: [CONTRIBUTOR, READER, REVIEWER], purposes: ["*"]}
  - {caller: "ftf://FRA/ncb/border", roles: [SCREENER], purposes: [border]}
sources:
  - {owner: FRA/ncb, sources: ["fra-*"]}
  - {owner: DEU/bka, sources: ["deu-*"]}
  - {owner: EUE/europol, sources: ["eue-*"]}
delegations:
  - {caller: "ftf://EUE/europol/records", owners: [DEU/bka]}
"""
OWNER_STATEMENT = verdict_service_pb2.VERDICT_BASIS_OWNER_STATEMENT
BORDER = (("x-purpose", "border"), ("x-case-reference", "gate 7"))


@dataclass(frozen=True)
class Peer:
    """One caller: stubs over its own certificate."""

    channel: grpc.Channel

    def resolve(self, record, metadata=PURPOSE, **options):
        request = pb.ResolveRecordRequest(record=record, **options)
        return self._resolution.ResolveRecord(request, metadata=metadata, timeout=30)

    def batch(self, *records, **options):
        request = pb.BatchResolveRecordsRequest(
            requests=[pb.ResolveRecordRequest(record=record) for record in records], **options
        )
        return self._resolution.BatchResolveRecords(request, metadata=PURPOSE, timeout=30)

    def stream(self, *records, stream_id=None):
        message = pb.ResolveRecordsRequest(stream_id=stream_id or str(uuid.uuid4()), sequence=1, records=records)
        _, answer = self._resolution.ResolveRecords(iter([message]), metadata=PURPOSE, timeout=30)
        return answer.results

    def streaming(self, requests):
        return self._resolution.ResolveRecords(requests, metadata=PURPOSE, timeout=60)

    def withdraw(self, name, **options):
        request = pb.WithdrawRecordRequest(name=name, **options)
        return self._resolution.WithdrawRecord(request, metadata=PURPOSE, timeout=30)

    def get(self, name, metadata=PURPOSE):
        stub = record_service_pb2_grpc.RecordServiceStub(self.channel)
        return stub.GetRecord(record_service_pb2.GetRecordRequest(name=name), metadata=metadata, timeout=30)

    def watch(self, **options):
        stub = decision_service_pb2_grpc.DecisionServiceStub(self.channel)
        request = decision_service_pb2.WatchDecisionsRequest(**options)
        return stub.WatchDecisions(request, metadata=PURPOSE, timeout=60)

    def ask(self, request):
        """Calls the method of the verdict, review or consumer service that a request is named for."""
        method = type(request).__name__.removesuffix("Request")
        stubs = (
            verdict_service_pb2_grpc.VerdictServiceStub(self.channel),
            review_service_pb2_grpc.ReviewServiceStub(self.channel),
            consumer_service_pb2_grpc.ConsumerServiceStub(self.channel),
        )
        call = next(getattr(stub, method) for stub in stubs if hasattr(stub, method))
        return call(request, metadata=PURPOSE, timeout=30)

    @property
    def _resolution(self):
        return resolution_service_pb2_grpc.ResolutionServiceStub(self.channel)


@pytest.fixture(scope="module")
def access():
    return live_access(RULES)


@pytest.fixture(scope="module")
def peers(access, tmp_path_factory):
    """Callers of one server, by their names."""
    folder = tmp_path_factory.mktemp("tls")
    authority = DevelopmentAuthority(datetime.now(UTC))
    issued = authority.server(["localhost", "127.0.0.1"])
    files = CertificateFiles(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    for path, content in (
        (files.certificate, issued.certificate),
        (files.key, issued.key),
        (files.client_authority, authority.certificate),
    ):
        path.write_bytes(content)
    with ExitStack() as stack:
        engine = open_engine(None)
        stack.callback(engine.close)
        served = stack.enter_context(serving(engine, certificates=Certificates(files), access=access))

        def peer(uri):
            bearer = authority.client(uri)
            credentials = grpc.ssl_channel_credentials(authority.certificate, bearer.key, bearer.certificate)
            return Peer(stack.enter_context(grpc.secure_channel(served.address, credentials)))

        yield {
            "france": peer("ftf://FRA/ncb/records"),
            "border": peer("ftf://FRA/ncb/border"),
            "germany": peer("ftf://DEU/bka/records"),
            "europol": peer("ftf://EUE/europol/records"),
            "nobody": peer("ftf://ITA/dcpp/archive"),
        }


@pytest.fixture
def france(peers):
    return peers["france"]


@pytest.fixture
def germany(peers):
    return peers["germany"]


@pytest.fixture
def europol(peers):
    return peers["europol"]


def owned(name, country="", authority=""):
    """A record that states this owner; by default none."""
    record = person(name)
    record.ClearField("owner")
    if country or authority:
        record.owner.CopyFrom(record_pb2.Owner(country=country, authority=authority))
    return record


def refused(call, *arguments, **options):
    """The reason for which a call is not permitted."""
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **options)
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED, caught.value
    return reason_in(status_of_call(caught.value))


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

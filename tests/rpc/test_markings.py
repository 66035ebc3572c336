"""Classification, handling codes and gradings come with whatever names a record, and change at once."""

import re
import uuid
from contextlib import ExitStack, closing

import pytest
from google.protobuf.message import Message
from google.type import date_pb2

from ftf.resolution.v1 import (
    consumer_service_pb2,
    decision_pb2,
    decision_service_pb2,
    explanation_service_pb2,
    identity_service_pb2,
    record_pb2,
    resolution_service_pb2,
    retention_service_pb2,
    retention_service_pb2_grpc,
    review_service_pb2,
    verdict_service_pb2,
)
from ftf.resolution.v1 import reresolution_service_pb2 as plans_pb
from resolver.engine.engine import open_engine
from tests.access.examples import live_access
from tests.conftest import PURPOSE, serving
from tests.rpc.examples import person, same_person
from tests.rpc.judging import DIFFERENT, ask, claim, resolve, verdict
from tests.rpc.peers import owned, served_peers
from tests.rpc.planning import changes, planned
from tests.rpc.test_restricted import RULES
from tests.rpc.test_views import Follower

CONFIDENTIAL, RESTRICTED = record_pb2.CLASSIFICATION_CONFIDENTIAL, record_pb2.CLASSIFICATION_RESTRICTED
EUROPOL = record_pb2.Evaluation(scheme=record_pb2.EVALUATION_SCHEME_EUROPOL_4X4, source_code="B", information_code="2")
_RECORD = re.compile("sources/[^/]+/records/[^/]+")
SOURCE = "sources/marked"


def marked(record, classification=0, codes=(), evaluation=None):
    """The record with this marking in the place of its own."""
    record.handling.classification = classification
    record.handling.ClearField("codes")
    record.handling.codes.extend(codes)
    record.ClearField("evaluation")
    if evaluation is not None:
        record.evaluation.CopyFrom(evaluation)
    return record


def named(message):
    """The names of records in a message, those of its markings left out."""
    found = set()
    for kind, value in message.ListFields():
        if kind.name == "record_markings":
            continue
        for each in value if kind.is_repeated else (value,):
            if isinstance(each, Message):
                found |= named(each)
            elif isinstance(each, str) and _RECORD.fullmatch(each):
                found.add(each)
    return found


def markings(message):
    return {each.record: each for each in message.record_markings}


def marking(record):
    """What is told of a record as it was sent; None for nothing."""
    handling = record.handling
    told = record_pb2.RecordMarking(record=record.name, classification=handling.classification, codes=handling.codes)
    if record.HasField("evaluation"):
        told.evaluation.CopyFrom(record.evaluation)
    return told if told != record_pb2.RecordMarking(record=record.name) else None


@pytest.fixture(scope="module")
def records():
    """Three of one person, marked in every way and not at all, and what is near to them but another."""
    one, two, three = same_person("marked", 3)
    near = person(f"{SOURCE}/records/near", passport="MARKED9X1", born=(1971, 2, 3))
    near.identities[0].names[0].full_name = "Otto Krautmann"
    sent = [
        marked(one, CONFIDENTIAL, ("H3", "H1"), EUROPOL),
        two,
        marked(three, evaluation=EUROPOL),
        marked(near, RESTRICTED),
        marked(person(f"{SOURCE}/records/alone"), codes=("H0",)),
    ]
    for record in sent:
        record.retention.expiry_date.CopyFrom(date_pb2.Date(year=2027, month=1, day=31))
    return {record.name.rpartition("/")[2]: record for record in sent}


@pytest.fixture(scope="module")
def served(records):
    with ExitStack() as stack:
        engine = stack.enter_context(closing(open_engine(None)))
        server = stack.enter_context(serving(engine))
        resolve(server, *records.values())
        ask(server, verdict(records["1"].name, records["alone"].name, DIFFERENT))
        yield server


def identity_of(server, record):
    return ask(server, identity_service_pb2.LookupIdentityRequest(record=record)).identity


def answers(server, records):
    """Every message that names records and stands for itself, by what it is."""
    one, near, alone = (records[key].name for key in ("1", "near", "alone"))
    identity = identity_of(server, one)
    retention = retention_service_pb2_grpc.RetentionServiceStub(server.channel)
    due = retention.ListDueRecords(retention_service_pb2.ListDueRecordsRequest(within_days=3_650))
    listed = ask(server, identity_service_pb2.ListIdentitiesRequest()).identities
    then = identity_service_pb2.GetIdentityRequest(name=identity.name)
    then.as_of_time.FromDatetime(server.engine.now())
    tasks = ask(server, review_service_pb2.ListReviewTasksRequest()).review_tasks
    verdicts = ask(server, verdict_service_pb2.ListVerdictsRequest()).verdicts
    outstanding = consumer_service_pb2.ListOutstandingDecisionsRequest(parent="consumers/m")
    watched = server.decisions.WatchDecisions(decision_service_pb2.WatchDecisionsRequest(stop_at_end=True))
    single = decision_service_pb2.ListDecisionsRequest(record=one)
    stream = resolution_service_pb2.ResolveRecordsRequest(
        stream_id=str(uuid.uuid4()), sequence=1, records=records.values()
    )
    _, streamed = server.resolution.ResolveRecords(iter([stream]))
    return {
        "looked up": [identity],
        "identity": [ask(server, identity_service_pb2.GetIdentityRequest(name=identity.name)), ask(server, then)],
        "identities": listed,
        "history": ask(server, identity_service_pb2.GetIdentityHistoryRequest(name=identity.name)).decisions,
        "golden view": [ask(server, identity_service_pb2.GetGoldenViewRequest(name=identity.name))],
        "pair": [ask(server, explanation_service_pb2.ExplainPairRequest(left=one, right=near))],
        "explained": [ask(server, explanation_service_pb2.ExplainIdentityRequest(name=each.name)) for each in listed],
        "task": [*tasks, ask(server, review_service_pb2.GetReviewTaskRequest(name=tasks[0].name))],
        "claimed": [ask(server, claim(tasks[0].name))],
        "verdict": [*verdicts, ask(server, verdict_service_pb2.GetVerdictRequest(name=verdicts[0].name))],
        "judged": [ask(server, verdict(near, alone, DIFFERENT, validate_only=True)).decision],
        "feed": [each.decision for each in watched if each.HasField("decision")],
        "decisions": [
            *ask(server, decision_service_pb2.ListDecisionsRequest()).decisions,
            *ask(server, single).decisions,
        ],
        "outstanding": [
            each.decision for each in server.consumers.ListOutstandingDecisions(outstanding).outstanding_decisions
        ],
        "receipts": resolve(server, *records.values()),
        "stream": [each.decision for each in streamed.results],
        "due": due.records,
        "extended": [
            retention.ExtendRetention(
                retention_service_pb2.ExtendRetentionRequest(
                    name=one, expiry_date=date_pb2.Date(year=2027, month=2, day=1), reason="a case"
                )
            )
        ],
    }


def test_whatever_names_a_record_tells_its_marking(served, records):
    said = {record.name: each for record in records.values() if (each := marking(record)) is not None}
    correction = resolution_service_pb2.ResolveRecordRequest()
    correction.record.CopyFrom(records["2"])
    correction.record.contacts.add(value="+33 1 23 45 67 89")
    consumer = consumer_service_pb2.Consumer(holder="here")
    served.consumers.CreateConsumer(consumer_service_pb2.CreateConsumerRequest(consumer_id="m", consumer=consumer))
    served.resolution.ResolveRecord(correction)
    for what, messages in answers(served, records).items():
        assert messages, what
        for message in messages:
            assert named(message), what
            if isinstance(message, identity_service_pb2.GoldenView | explanation_service_pb2.ExplainIdentityResponse):
                # Those of all records of the identity, whether they are named or not.
                assert markings(message).keys() >= named(message) & said.keys(), what
            else:
                assert markings(message).keys() == named(message) & said.keys(), what
            assert list(message.record_markings) == [said[name] for name in sorted(markings(message))], what


def test_a_message_within_another_leaves_its_markings_to_that(served):
    explained = ask(served, identity_service_pb2.ListIdentitiesRequest()).identities
    found = [ask(served, explanation_service_pb2.ExplainIdentityRequest(name=identity.name)) for identity in explained]
    within = [each for answer in found for each in (*answer.open_review_tasks, *answer.verdicts)]
    assert within
    assert not any(each.record_markings for each in within)


@pytest.fixture
def fresh():
    with closing(open_engine(None)) as engine, serving(engine) as server:
        yield server


def one_record(**stated):
    return marked(person(f"{SOURCE}/records/1"), **stated)


def test_a_change_of_the_marking_alone_is_a_version_and_an_event_and_is_told_at_once_and_of_the_past(fresh):
    (first,) = resolve(fresh, one_record(classification=RESTRICTED))
    before = fresh.engine.now()
    feed = fresh.decisions.WatchDecisions(decision_service_pb2.WatchDecisionsRequest())
    assert [each.classification for each in next(feed).decision.record_markings] == [RESTRICTED]
    raised = one_record(classification=CONFIDENTIAL, codes=("H2",), evaluation=EUROPOL)
    (second,) = resolve(fresh, raised)
    assert (second.kind, second.record_version) == (decision_pb2.DECISION_KIND_UNCHANGED, 2)
    assert second.required_actions == [decision_pb2.REQUIRED_ACTION_REPLACE_RECORD]
    told = next(each.decision for each in feed if each.HasField("decision"))
    feed.cancel()
    assert told == second
    listed = ask(fresh, decision_service_pb2.ListDecisionsRequest()).decisions
    watched = fresh.decisions.WatchDecisions(decision_service_pb2.WatchDecisionsRequest(stop_at_end=True))
    as_it_was = identity_service_pb2.GetIdentityRequest(name=first.identity)
    as_it_was.as_of_time.FromDatetime(before)
    for message in (*listed, *(each.decision for each in watched if each.decision.record), ask(fresh, as_it_was)):
        assert list(message.record_markings) == [marking(raised)]
    # A second time the same is no version, and its receipt tells the marking none the less.
    (again,) = resolve(fresh, raised)
    assert (again.name, list(again.record_markings)) == ("", [marking(raised)])


def test_a_withdrawn_record_is_told_with_what_it_stated_last(fresh):
    record = one_record(classification=RESTRICTED)
    resolve(fresh, record)
    gone = ask(fresh, resolution_service_pb2.WithdrawRecordRequest(name=record.name))
    assert list(gone.record_markings) == [marking(record)]


def test_a_dry_run_tells_the_marking_that_the_request_would_leave_and_changes_none(fresh):
    record = one_record(classification=RESTRICTED)
    (kept,) = resolve(fresh, record)
    tried = one_record(classification=CONFIDENTIAL)
    new = marked(person(f"{SOURCE}/records/2"), codes=("H1",))
    request = resolution_service_pb2.ResolveRecordRequest(record=tried, validate_only=True)
    assert list(ask(fresh, request).record_markings) == [marking(tried)]
    batch = resolution_service_pb2.BatchResolveRecordsRequest(
        requests=[resolution_service_pb2.ResolveRecordRequest(record=each) for each in (tried, new)], validate_only=True
    )
    found = ask(fresh, batch).decisions
    assert [list(each.record_markings) for each in found] == [[marking(tried)], [marking(new)]]
    unmarked = resolution_service_pb2.ResolveRecordRequest(record=one_record(), validate_only=True)
    assert not ask(fresh, unmarked).record_markings
    now = ask(fresh, identity_service_pb2.GetIdentityRequest(name=kept.identity))
    assert list(now.record_markings) == [marking(record)]


def test_a_repeated_request_is_answered_with_the_marking_that_holds_now(fresh):
    request = resolution_service_pb2.ResolveRecordRequest(
        record=one_record(classification=RESTRICTED), request_id=str(uuid.uuid4())
    )
    ask(fresh, request)
    raised = one_record(classification=CONFIDENTIAL)
    resolve(fresh, raised)
    assert list(ask(fresh, request).record_markings) == [marking(raised)]


def test_a_plan_tells_what_the_records_of_a_staged_source_would_state(fresh):
    there, coming = same_person("marked", 2)
    resolve(fresh, marked(there, RESTRICTED))
    staged = marked(coming, CONFIDENTIAL, ("H1",))
    request = plans_pb.StageRecordsRequest(records=[staged], whole=True)
    source = fresh.reresolution.StageRecords(request)
    plan = planned(fresh, staged_source=source.name)
    (change,) = changes(fresh, plan)
    assert list(change.record_markings) == [marking(there), marking(staged)]
    # What was sent meanwhile holds.
    resolve(fresh, marked(coming, evaluation=EUROPOL))
    (change,) = changes(fresh, plan)
    assert list(change.record_markings) == [marking(there), marking(coming)]


@pytest.fixture
def peers(tmp_path):
    with ExitStack() as stack:
        engine = stack.enter_context(closing(open_engine(None)))
        rules = f"{RULES}delegations:\n  - {{caller: ftf://EUE/europol/records, owners: [DEU/bka]}}\n"
        secured = stack.enter_context(served_peers(engine, live_access(rules), tmp_path))
        yield {name: Follower(peer.channel) for name, peer in secured.items()}


def of_feed(peer):
    """The markings of each decision that a caller is told."""
    return [list(each.decision.record_markings) for each in peer.feed() if each.HasField("decision")]


def test_every_view_is_told_a_change_of_the_marking_and_no_view_that_of_what_it_may_not_see_any_more(peers):
    france, germany = peers["france"], peers["germany"]
    record = owned("sources/fra-a/records/1")
    for denied in (["SYR"], ["SYR", "ITA"]):
        record.handling.ClearField("denied_countries")
        record.handling.denied_countries.extend(denied)
        for classification in (RESTRICTED, CONFIDENTIAL):
            receipt = france.resolve(marked(record, classification))
            assert receipt.kind in (decision_pb2.DECISION_KIND_CREATED, decision_pb2.DECISION_KIND_UNCHANGED)
    assert of_feed(germany) == of_feed(france) == [[marking(record)]] * 4
    record.handling.denied_countries.append("DEU")
    france.resolve(marked(record, RESTRICTED, ("H3",)))
    # What it was told stays, without what the record states.
    assert of_feed(germany) == [[]] * 5
    assert of_feed(france) == [[marking(record)]] * 5
    record.handling.ClearField("denied_countries")
    france.resolve(marked(record, RESTRICTED, ("H3",)))
    assert of_feed(germany) == of_feed(france) == [[marking(record)]] * 6


def test_who_writes_for_another_is_not_told_back_what_it_may_not_see(peers):
    europol = peers["europol"]
    record = owned("sources/deu-a/records/1", "DEU", "bka")
    record.handling.denied_countries.append("EUE")
    tried = resolution_service_pb2.ResolveRecordRequest(record=marked(record, CONFIDENTIAL), validate_only=True)
    for request in (tried, resolution_service_pb2.ResolveRecordRequest(record=record)):
        answer = europol._resolution.ResolveRecord(request, metadata=PURPOSE, timeout=30)
        assert not answer.record_markings
    assert of_feed(peers["germany"]) == [[marking(record)]]

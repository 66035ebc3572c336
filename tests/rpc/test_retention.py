"""Over gRPC: dates with every view, what is due, extensions, and a purge that every copy is asked to carry out."""

import hmac
from contextlib import ExitStack
from hashlib import sha256

import grpc
import pytest
from google.type.date_pb2 import Date

from ftf.resolution.v1 import (
    consumer_service_pb2,
    decision_pb2,
    decision_service_pb2,
    record_pb2,
    record_service_pb2,
    resolution_service_pb2,
    retention_pb2,
    retention_service_pb2,
    retention_service_pb2_grpc,
)
from resolver.engine.engine import open_engine
from resolver.jobs.sweeping import sweep
from tests.conftest import PURPOSE, serving
from tests.retention.examples import Clock
from tests.rpc.examples import person
from tests.rpc.peers import owned

HOLDER = {"consumer": "consumers/registry", "holder": "here"}


@pytest.fixture(scope="module")
def clock():
    return Clock()


@pytest.fixture(scope="module")
def served(clock):
    """A server whose clock these tests set, in their order."""
    with ExitStack() as stack:
        engine = open_engine(None, clock=clock)
        stack.callback(engine.close)
        yield stack.enter_context(serving(engine))


@pytest.fixture
def retention(served):
    return retention_service_pb2_grpc.RetentionServiceStub(served.channel)


def day(text):
    return Date(**dict(zip(("year", "month", "day"), map(int, text.split("-")), strict=False)))


def send(served, key, **stated):
    record = person(f"sources/kept/records/{key}")
    record.MergeFrom(record_pb2.Record(**stated))
    return served.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record))


def get(served, key):
    return served.records.GetRecord(record_service_pb2.GetRecordRequest(name=f"sources/kept/records/{key}"))


def listed(retention, metadata=None, **request):
    found = retention.ListDueRecords(retention_service_pb2.ListDueRecordsRequest(**request), metadata=metadata)
    return [each.record.rpartition("/")[2] for each in found.records], found


def test_a_view_has_the_dates_that_hold_and_may_be_sent_again_as_it_is(served):
    send(served, "plain", record_class=record_pb2.RECORD_CLASS_BORDER_ENCOUNTER)
    shown = get(served, "plain")
    assert shown.retention.effective_review_date == day("2027-03-01")
    assert shown.retention.effective_expiry_date == day("2029-03-01")
    assert shown.retention.effective_class == record_pb2.RECORD_CLASS_BORDER_ENCOUNTER
    assert not shown.retention.HasField("expiry_date")
    again = served.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=shown))
    assert (again.kind, again.record_version) == (decision_pb2.DECISION_KIND_UNCHANGED, 1)


def test_a_date_of_the_owner_holds_and_a_month_lasts_to_its_end(served):
    send(served, "stated", retention=record_pb2.Retention(expiry_date=day("2026-08")))
    (shown,) = [
        each
        for each in served.records.ListRecords(record_service_pb2.ListRecordsRequest(parent="sources/kept")).records
        if each.name.endswith("/stated")
    ]
    assert shown.retention.expiry_date == day("2026-08")
    assert shown.retention.effective_expiry_date == day("2026-08-31")


def test_what_is_due_is_listed_by_pages_the_first_first(served, retention):
    send(served, "sooner", retention=record_pb2.Retention(review_date=day("2026-05-01")))
    names, _ = listed(retention)
    assert names == ["sooner"]
    names, first = listed(retention, within_days=365, page_size=2)
    assert names == ["sooner", "stated"]
    names, last = listed(retention, within_days=365, page_size=2, page_token=first.next_page_token)
    assert (names, last.next_page_token) == (["plain"], "")


@pytest.mark.parametrize(
    ("request_", "code", "field"),
    [
        ({"name": "sources/kept/records/stated", "reason": "why"}, "INVALID_ARGUMENT", "expiry_date"),
        ({"name": "sources/kept/records/stated", "expiry_date": day("2028")}, "INVALID_ARGUMENT", "reason"),
        (
            {"name": "sources/kept/records/stated", "expiry_date": day("2028-02-30"), "reason": "why"},
            "INVALID_ARGUMENT",
            "expiry_date",
        ),
        ({"name": "kept", "expiry_date": day("2028"), "reason": "why"}, "INVALID_ARGUMENT", "name"),
        (
            {"name": "sources/kept/records/nobody", "expiry_date": day("2028"), "reason": "why"},
            "NOT_FOUND",
            "sources/kept/records/nobody",
        ),
        (
            {"name": "sources/kept/records/stated", "expiry_date": day("2099"), "reason": "why"},
            "FAILED_PRECONDITION",
            "2036-03-01",
        ),
    ],
)
def test_an_extension_that_is_wrong_is_refused_by_its_field(retention, request_, code, field):
    with pytest.raises(grpc.RpcError) as refused:
        retention.ExtendRetention(retention_service_pb2.ExtendRetentionRequest(**request_))
    assert refused.value.code().name == code
    assert field in refused.value.details()


def test_an_extension_holds_is_listed_with_its_reason_and_may_be_repeated(served, retention):
    asked = retention_service_pb2.ExtendRetentionRequest(
        name="sources/kept/records/sooner", review_date=day("2026-06-30"), reason="the trial goes on"
    )
    receipts = [retention.ExtendRetention(asked) for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert get(served, "sooner").retention.effective_review_date == day("2026-06-30")
    _, found = listed(retention)
    assert (found.records[0].extensions, found.records[0].last_reason) == (1, "the trial goes on")


def test_a_purge_is_told_to_each_consumer_which_finds_its_copy_by_the_digest_and_acknowledges(served, clock):
    consumer = consumer_service_pb2.Consumer(holder="here")
    created = served.consumers.CreateConsumer(
        consumer_service_pb2.CreateConsumerRequest(consumer_id="registry", consumer=consumer)
    )
    assert len(created.purge_key) == 32
    asked = consumer_service_pb2.GetConsumerRequest(name=created.name)
    assert served.consumers.GetConsumer(asked).purge_key == b""
    told = list(served.decisions.WatchDecisions(decision_service_pb2.WatchDecisionsRequest(stop_at_end=True)))
    copies = {message.decision.record for message in told if message.decision.record}
    assert "sources/kept/records/stated" in copies

    clock.forward(days=184)
    sweep(served.engine)
    outstanding = served.consumers.ListOutstandingDecisions(
        consumer_service_pb2.ListOutstandingDecisionsRequest(parent=created.name)
    ).outstanding_decisions
    (owed,) = [item.decision for item in outstanding]
    assert owed.kind == decision_pb2.DECISION_KIND_PURGED
    assert owed.purge.reason == retention_pb2.PURGE_REASON_EXPIRED
    found = [name for name in copies if digest(created.purge_key, name) == owed.purge.record_digest]
    assert found == ["sources/kept/records/stated"]
    assert owed.record == f"purgedRecords/{owed.purge.record_digest.hex()}"

    told = list(served.decisions.WatchDecisions(decision_service_pb2.WatchDecisionsRequest(stop_at_end=True)))
    assert "sources/kept/records/stated" not in str(told)
    due = [message.decision for message in told if message.decision.HasField("review_due")]
    assert "sources/kept/records/sooner" in {decision.record for decision in due}
    acknowledge = decision_service_pb2.AcknowledgeDecisionsRequest(cursor=told[-1].cursor, **HOLDER)
    served.decisions.AcknowledgeDecisions(acknowledge)
    receipt = served.consumers.ListAcknowledgements(
        consumer_service_pb2.ListAcknowledgementsRequest(parent=owed.name)
    ).acknowledgements
    assert [each.HasField("acknowledge_time") for each in receipt] == [True]


def digest(key, name):
    return hmac.digest(key, name.encode(), sha256)


def test_only_who_writes_for_the_owner_sees_what_is_due_and_extends_it(france, germany):
    record = owned("sources/fra-due/records/due")
    record.retention.review_date.CopyFrom(day("2026"))
    france.resolve(record)
    asked = retention_service_pb2.ExtendRetentionRequest(name=record.name, review_date=day("2030"), reason="why")
    own, others = (retention_service_pb2_grpc.RetentionServiceStub(peer.channel) for peer in (france, germany))
    due = [names for names, _ in (listed(stub, metadata=PURPOSE) for stub in (own, others))]
    assert due == [["due"], []]
    with pytest.raises(grpc.RpcError) as refused:
        others.ExtendRetention(asked, metadata=PURPOSE)
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert own.ExtendRetention(asked, metadata=PURPOSE).review_date == day("2030-12-31")

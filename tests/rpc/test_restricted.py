"""Records that not everybody sees, over mutual TLS: what two countries are told, live and when they ask."""

import uuid
from contextlib import ExitStack, contextmanager

import grpc
import pytest
from google.longrunning import operations_pb2, operations_pb2_grpc

from ftf.resolution.v1 import (
    decision_pb2,
    record_pb2,
    reresolution_service_pb2,
    reresolution_service_pb2_grpc,
    retention_service_pb2,
    retention_service_pb2_grpc,
)
from resolver.engine.engine import open_engine
from tests.access.examples import live_access
from tests.conftest import PURPOSE
from tests.rpc.peers import owned, served_peers
from tests.rpc.test_views import Follower

RULES = """
grants:
  - {caller: "ftf://*/*/*", roles: [CONTRIBUTOR, READER, REVIEWER, OPERATOR], purposes: ["*"]}
sources:
  - {owner: FRA/ncb, sources: ["fra-*"]}
  - {owner: DEU/bka, sources: ["deu-*"]}
"""
KIND = decision_pb2.DecisionKind.Name
RECORD, OWN = "sources/fra-a/records/1", "sources/deu-a/records/1"


@pytest.fixture
def peers(tmp_path):
    with ExitStack() as stack:
        engine = open_engine(None)
        stack.callback(engine.close)
        secured = stack.enter_context(served_peers(engine, live_access(RULES), tmp_path))
        yield {name: Follower(peer.channel) for name, peer in secured.items()}


def restricted(name, *denied):
    """A record of whoever sends it, which some countries do not see."""
    record = owned(name)
    record.documents.add(type=record_pb2.DOCUMENT_TYPE_PASSPORT, number="FRX9X1", issuing_state="FRA")
    record.handling.denied_countries.extend(denied)
    return record


@contextmanager
def following(peer):
    """The decisions that a caller is told live, from the end of the feed on."""
    feed = peer.watch(cursor=peer.feed()[-1].cursor)
    next(feed)
    try:
        yield (message.decision for message in feed if message.HasField("decision"))
    finally:
        feed.cancel()


def not_found(call, *arguments, **options):
    """All that a caller is told of what is not there."""
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **options)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    details = dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    return caught.value.details(), details


def test_who_must_not_see_a_record_any_more_is_told_live_and_who_comes_to_see_it(peers):
    france, germany = peers["france"], peers["germany"]
    france.resolve(owned("sources/fra-a/records/first"))
    with following(france) as all_of_it, following(germany) as some_of_it:
        for denied in ([], ["DEU"], ["DEU", "SYR"], []):
            france.resolve(restricted(RECORD, *denied))
        told = [next(some_of_it) for _ in range(3)]
        whole = [next(all_of_it) for _ in range(4)]
    assert [KIND(each.kind).removeprefix("DECISION_KIND_") for each in told] == ["CREATED", "WITHDRAWN", "CREATED"]
    assert [KIND(each.kind).removeprefix("DECISION_KIND_") for each in whole] == ["CREATED", *["UNCHANGED"] * 3]
    assert [each.name for each in told] == ["decisions/2", "decisions/3", "decisions/4"]
    assert [each.name for each in whole] == [f"decisions/{place}" for place in range(2, 6)]
    # What is followed later is what was told live.
    later = [message.decision for message in germany.feed() if message.HasField("decision")]
    assert later[1:] == told


def test_a_hidden_record_is_answered_like_one_that_never_was(peers):
    france, germany = peers["france"], peers["germany"]
    hidden = france.resolve(restricted(RECORD, "DEU"))
    never = not_found(germany.get, "sources/fra-a/records/x")
    assert not_found(germany.get, RECORD) == tuple(
        part.replace(b"records/x", b"records/1") if isinstance(part, bytes) else part.replace("records/x", "records/1")
        for part in never
    )
    assert france.get(RECORD).name == RECORD
    assert not germany.listed().decisions
    not_found(germany.history, hidden.identity)


def test_a_record_that_joins_only_hidden_ones_is_new_for_its_sender_and_a_hit_for_their_owner(peers):
    france, germany = peers["france"], peers["germany"]
    first = france.resolve(restricted(RECORD, "DEU"))
    twin = restricted(RECORD)
    twin.name = OWN
    receipt = germany.resolve(twin)
    assert KIND(receipt.kind) == "DECISION_KIND_CREATED"
    assert (receipt.name, receipt.identity != first.identity) == ("decisions/1", True)
    hit = france.feed()[-1].decision
    assert KIND(hit.kind) == "DECISION_KIND_ATTACHED"
    assert (hit.name, hit.record, hit.identity) == ("decisions/2", OWN, first.identity)
    assert germany.feed()[-1].decision == decision_without_findings(receipt)


def test_due_records_go_on_after_a_token_that_tells_no_number(peers):
    france = peers["france"]
    for number in range(3):
        france.resolve(restricted(f"sources/fra-a/records/{number}", "DEU"))
    stub = retention_service_pb2_grpc.RetentionServiceStub(france.channel)
    request = retention_service_pb2.ListDueRecordsRequest(within_days=3_650, page_size=1)
    names = []
    while True:
        page = stub.ListDueRecords(request, metadata=PURPOSE, timeout=30)
        names += [each.record for each in page.records]
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert names == [f"sources/fra-a/records/{number}" for number in range(3)]


def test_a_plan_names_nothing_of_a_change_with_a_record_that_who_asks_may_not_see(peers):
    france, germany = peers["france"], peers["germany"]
    record = restricted(RECORD, "DEU")
    del record.documents[:]
    france.resolve(record)
    record.name = "sources/fra-a/records/2"
    assert france.resolve(record).kind == decision_pb2.DECISION_KIND_ATTACHED
    plan = planned(france, merge_weight=900)
    (whole,), (part,) = (changes_of(each, plan) for each in (france, germany))
    assert (whole.withheld, len(whole.before), len(whole.after)) == (False, 1, 2)
    assert part == reresolution_service_pb2.PlanChange(place=1, kind=whole.kind, withheld=True)


def test_a_plan_names_nothing_of_a_staged_record_that_who_asks_may_not_see(peers):
    france, germany = peers["france"], peers["germany"]
    stub = reresolution_service_pb2_grpc.ReresolutionServiceStub(france.channel)
    staging = reresolution_service_pb2.StageRecordsRequest(records=[restricted(RECORD, "DEU")], whole=True)
    source = stub.StageRecords(staging, metadata=PURPOSE, timeout=30)
    plan = planned(france, staged_source=source.name)
    (whole,), (part,) = (changes_of(each, plan) for each in (france, germany))
    assert (whole.withheld, whole.after[0].records) == (False, [RECORD])
    assert part == reresolution_service_pb2.PlanChange(place=1, kind=whole.kind, withheld=True)


def planned(peer, **wanted):
    """The name of a plan, when it is made."""
    request = reresolution_service_pb2.PlanReresolutionRequest(request_id=str(uuid.uuid4()), **wanted)
    stub = reresolution_service_pb2_grpc.ReresolutionServiceStub(peer.channel)
    begun = stub.PlanReresolution(request, metadata=PURPOSE, timeout=30)
    operations = operations_pb2_grpc.OperationsStub(peer.channel)
    done = operations.WaitOperation(operations_pb2.WaitOperationRequest(name=begun.name), metadata=PURPOSE, timeout=60)
    plan = reresolution_service_pb2.Plan()
    assert done.response.Unpack(plan), done.error
    return plan.name


def changes_of(peer, plan):
    stub = reresolution_service_pb2_grpc.ReresolutionServiceStub(peer.channel)
    request = reresolution_service_pb2.ListPlanChangesRequest(parent=plan)
    return stub.ListPlanChanges(request, metadata=PURPOSE, timeout=30).plan_changes


def decision_without_findings(receipt):
    """A receipt as the feed tells it."""
    told = decision_pb2.Decision()
    told.CopyFrom(receipt)
    told.ClearField("data_quality_findings")
    return told

"""Consumers: created once, held by one, asked to carry out what must be undone until they acknowledge it."""

from contextlib import contextmanager

import grpc
import pytest

from ftf.resolution.v1 import consumer_service_pb2 as pb
from ftf.resolution.v1 import decision_pb2, decision_service_pb2, resolution_service_pb2
from resolver.engine.engine import open_engine
from tests.conftest import serving
from tests.rpc.examples import person, reason_in, same_person, status_of_call, violations_in

PURGE, REPLACE = decision_pb2.REQUIRED_ACTION_PURGE_RECORD, decision_pb2.REQUIRED_ACTION_REPLACE_RECORD
SEPARATE = decision_pb2.REQUIRED_ACTION_SEPARATE_RECORDS


def resolve(server, record):
    return server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record))


def withdraw(server, name):
    return server.resolution.WithdrawRecord(resolution_service_pb2.WithdrawRecordRequest(name=name))


def create(server, key, holder="", **consumer):
    asked = pb.Consumer(holder=holder, **consumer)
    return server.consumers.CreateConsumer(pb.CreateConsumerRequest(consumer_id=key, consumer=asked))


def consumer(server, key):
    return server.consumers.GetConsumer(pb.GetConsumerRequest(name=f"consumers/{key}"))


def acknowledge(server, key, cursor, holder=""):
    request = decision_service_pb2.AcknowledgeDecisionsRequest(
        consumer=f"consumers/{key}", holder=holder, cursor=cursor
    )
    return server.decisions.AcknowledgeDecisions(request)


def follow(server, key, **request):
    """What a consumer is sent until the end of the feed, heartbeats included."""
    request = decision_service_pb2.WatchDecisionsRequest(consumer=f"consumers/{key}", stop_at_end=True, **request)
    return list(server.decisions.WatchDecisions(request))


def outstanding(server, key):
    request = pb.ListOutstandingDecisionsRequest(parent=f"consumers/{key}")
    return list(server.consumers.ListOutstandingDecisions(request).outstanding_decisions)


def acknowledgements(server, decision):
    request = pb.ListAcknowledgementsRequest(parent=decision.name)
    return {item.consumer: item for item in server.consumers.ListAcknowledgements(request).acknowledgements}


@contextmanager
def refused(code, reason):
    with pytest.raises(grpc.RpcError) as caught:
        yield
    assert (caught.value.code().name, reason_in(status_of_call(caught.value))) == (code, reason)


def test_a_consumer_is_created_once_however_often_it_asks(fresh_server):
    first = resolve(fresh_server, person("sources/once/records/1"))
    which = decision_pb2.DecisionFilter(countries=["FRA", "D"], sources=["sources/once"])
    created = create(fresh_server, "once", "installation 7", filter=which, start_cursor=first.cursor)
    assert created.name == "consumers/once"
    assert (created.holder, created.start_cursor, created.acknowledged_cursor) == (
        "installation 7",
        first.cursor,
        first.cursor,
    )
    # Germany has two codes; a filter with one asks for both, and shows the one of ISO 3166.
    assert list(created.filter.countries) == ["DEU", "FRA"]
    assert create(fresh_server, "once", "installation 7", filter=which, start_cursor=first.cursor) == created
    # The key is for who creates a consumer, and holds it.
    created.ClearField("purge_key")
    assert list(fresh_server.consumers.ListConsumers(pb.ListConsumersRequest()).consumers) == [created]


def test_a_name_is_taken_by_its_holder(server):
    create(server, "taken", "one")
    with refused("PERMISSION_DENIED", "CONSUMER_TAKEN"):
        create(server, "taken", "two")
    with refused("PERMISSION_DENIED", "CONSUMER_TAKEN"):
        follow(server, "taken", holder="two")
    with refused("PERMISSION_DENIED", "CONSUMER_TAKEN"):
        acknowledge(server, "taken", resolve(server, person("sources/taken/records/1")).cursor, holder="two")
    with refused("PERMISSION_DENIED", "CONSUMER_TAKEN"):
        server.consumers.DeleteConsumer(pb.DeleteConsumerRequest(name="consumers/taken", holder="two", force=True))
    assert consumer(server, "taken").holder == "one"


def test_a_consumer_cannot_become_another_one_of_the_same_name(server):
    create(server, "same")
    with refused("FAILED_PRECONDITION", "CONSUMER_DIFFERS"):
        create(server, "same", filter=decision_pb2.DecisionFilter(countries=["FRA"]))
    with refused("FAILED_PRECONDITION", "CONSUMER_DIFFERS"):
        create(server, "same", start_cursor=resolve(server, person("sources/same/records/1")).cursor)


@pytest.mark.parametrize(
    "call",
    [
        lambda server: consumer(server, "nobody"),
        lambda server: follow(server, "nobody"),
        lambda server: acknowledge(server, "nobody", resolve(server, person("sources/nobody/records/1")).cursor),
        lambda server: outstanding(server, "nobody"),
        lambda server: server.consumers.DeleteConsumer(pb.DeleteConsumerRequest(name="consumers/nobody")),
    ],
)
def test_who_is_not_created_is_not_found(server, call):
    with refused("NOT_FOUND", "CONSUMER_NOT_FOUND"):
        call(server)


KINDS = decision_pb2.DecisionFilter(kinds=[decision_pb2.DECISION_KIND_MERGED])


@pytest.mark.parametrize(
    ("call", "fields"),
    [
        (lambda server: create(server, "a b"), ["consumer_id"]),
        (lambda server: create(server, ""), ["consumer_id"]),
        (lambda server: create(server, "bad", "h" * 101), ["consumer.holder"]),
        (lambda server: create(server, "bad", filter=KINDS), ["consumer.filter.kinds"]),
        (
            lambda server: create(
                server, "bad", filter=decision_pb2.DecisionFilter(countries=["FRA", "ZZZ"], sources=["x"])
            ),
            ["consumer.filter.countries[1]", "consumer.filter.sources[0]"],
        ),
        (lambda server: create(server, "bad", start_cursor="x"), ["consumer.start_cursor"]),
        (lambda server: consumer(server, "a/b"), ["name"]),
        (lambda server: follow(server, "a b"), ["consumer"]),
        (lambda server: follow(server, "bad", filter=KINDS), ["filter"]),
        (lambda server: acknowledge(server, "bad", ""), ["cursor"]),
        (lambda server: acknowledge(server, "a b", "x"), ["consumer"]),
        (
            lambda server: server.consumers.ListAcknowledgements(pb.ListAcknowledgementsRequest(parent="decisions/x")),
            ["parent"],
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_field(server, call, fields):
    with pytest.raises(grpc.RpcError) as caught:
        call(server)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert [field for field, _ in violations_in(status_of_call(caught.value))] == fields


def test_a_consumer_continues_after_what_it_acknowledged_and_not_after_what_it_was_sent(server):
    decisions = [resolve(server, person(f"sources/goes-on/records/{i}")) for i in range(4)]
    create(server, "goes-on", start_cursor=decisions[0].cursor)
    assert [event.decision for event in follow(server, "goes-on")][:3] == decisions[1:]
    acknowledge(server, "goes-on", decisions[1].cursor)
    assert [event.decision for event in follow(server, "goes-on")][:2] == decisions[2:]
    # A cursor of its own goes before.
    assert [event.decision for event in follow(server, "goes-on", cursor=decisions[0].cursor)][:3] == decisions[1:]


def test_an_acknowledgement_may_be_repeated_and_never_goes_back(server):
    older, newer = (resolve(server, person(f"sources/twice/records/{i}")) for i in range(2))
    create(server, "twice")
    first = acknowledge(server, "twice", newer.cursor)
    assert (first.acknowledged_cursor, first.HasField("acknowledge_time")) == (newer.cursor, True)
    assert acknowledge(server, "twice", newer.cursor) == first
    assert acknowledge(server, "twice", older.cursor) == first
    assert consumer(server, "twice").acknowledged_cursor == newer.cursor


def test_the_lag_of_a_consumer_is_what_its_filter_asks_for_and_it_has_not_acknowledged(fresh_server):
    mine = [resolve(fresh_server, person(f"sources/mine/records/{i}")) for i in range(3)]
    other = resolve(fresh_server, person("sources/other/records/1"))
    created = create(fresh_server, "lag", filter=decision_pb2.DecisionFilter(sources=["sources/mine"]))
    assert (created.lag_decisions, created.lag_since_time) == (3, mine[0].commit_time)
    acknowledge(fresh_server, "lag", mine[1].cursor)
    stands = consumer(fresh_server, "lag")
    assert (stands.lag_decisions, stands.lag_since_time) == (1, mine[2].commit_time)
    acknowledge(fresh_server, "lag", other.cursor)
    stands = consumer(fresh_server, "lag")
    assert (stands.lag_decisions, stands.HasField("lag_since_time")) == (0, False)


def test_what_must_be_undone_is_outstanding_until_it_is_acknowledged(fresh_server):
    one, two, three = same_person("undo", 3)
    for record in (one, two, three):
        resolve(fresh_server, record)
    create(fresh_server, "undo")
    assert outstanding(fresh_server, "undo") == []

    corrected = person(two.name)
    split = resolve(fresh_server, corrected)
    purged = withdraw(fresh_server, three.name)
    assert list(split.required_actions) == [REPLACE, SEPARATE]
    assert list(purged.required_actions) == [PURGE]

    found = outstanding(fresh_server, "undo")
    assert [(item.decision.name, item.since_time) for item in found] == [
        (split.name, split.commit_time),
        (purged.name, purged.commit_time),
    ]
    stands = consumer(fresh_server, "undo")
    assert (stands.outstanding_decisions, stands.outstanding_since_time) == (2, split.commit_time)

    acknowledge(fresh_server, "undo", split.cursor)
    assert [item.decision.name for item in outstanding(fresh_server, "undo")] == [purged.name]
    acknowledge(fresh_server, "undo", purged.cursor)
    assert outstanding(fresh_server, "undo") == []
    assert consumer(fresh_server, "undo").outstanding_decisions == 0


def test_a_dry_run_says_what_copies_would_have_to_undo_and_a_record_sent_again_asks_nothing(server):
    name = "sources/dry/records/1"
    resolve(server, person(name))
    request = resolution_service_pb2.ResolveRecordRequest(record=person(name, "Zeyd Another Name"), validate_only=True)
    assert list(server.resolution.ResolveRecord(request).required_actions) == [REPLACE]
    assert list(resolve(server, person(name)).required_actions) == []
    withdraw(server, name)
    assert list(resolve(server, person(name)).required_actions) == []


def test_the_receipt_of_a_withdrawal_names_every_consumer_and_when_it_acknowledged(fresh_server):
    name = "sources/receipt/records/1"
    kept = resolve(fresh_server, person(name))
    create(fresh_server, "first")
    create(fresh_server, "elsewhere", filter=decision_pb2.DecisionFilter(countries=["TUR"]))
    create(fresh_server, "second", filter=decision_pb2.DecisionFilter(countries=["FRA"]))
    purged = withdraw(fresh_server, name)
    create(fresh_server, "too-late", start_cursor=purged.cursor)

    asked = acknowledgements(fresh_server, purged)
    assert list(asked) == ["consumers/first", "consumers/second"]
    assert all(not item.HasField("acknowledge_time") for item in asked.values())
    assert all(item.since_time == purged.commit_time for item in asked.values())

    acknowledge(fresh_server, "first", kept.cursor)
    at = acknowledge(fresh_server, "first", purged.cursor).acknowledge_time
    acknowledge(fresh_server, "first", resolve(fresh_server, person("sources/receipt/records/2")).cursor)
    asked = acknowledgements(fresh_server, purged)
    assert asked["consumers/first"].acknowledge_time == at
    assert not asked["consumers/second"].HasField("acknowledge_time")
    assert acknowledgements(fresh_server, kept) == {}


def test_a_decision_that_is_not_there_has_no_receipt(server):
    with refused("NOT_FOUND", "DECISION_NOT_FOUND"):
        acknowledgements(server, decision_pb2.Decision(name="decisions/999999999"))


def test_who_comes_later_is_asked_from_then_on(fresh_server):
    resolve(fresh_server, person("sources/later/records/1"))
    withdraw(fresh_server, "sources/later/records/1")
    created = create(fresh_server, "later")
    (item,) = outstanding(fresh_server, "later")
    assert item.since_time == created.create_time == created.outstanding_since_time


def test_a_consumer_that_owes_something_is_deleted_only_when_told_so(fresh_server):
    create(fresh_server, "owes")
    resolve(fresh_server, person("sources/owes/records/1"))
    purged = withdraw(fresh_server, "sources/owes/records/1")
    with refused("FAILED_PRECONDITION", "CONSUMER_OUTSTANDING"):
        fresh_server.consumers.DeleteConsumer(pb.DeleteConsumerRequest(name="consumers/owes"))
    fresh_server.consumers.DeleteConsumer(pb.DeleteConsumerRequest(name="consumers/owes", force=True))
    with refused("NOT_FOUND", "CONSUMER_NOT_FOUND"):
        consumer(fresh_server, "owes")
    assert acknowledgements(fresh_server, purged) == {}

    create(fresh_server, "owes", start_cursor=purged.cursor)
    fresh_server.consumers.DeleteConsumer(pb.DeleteConsumerRequest(name="consumers/owes"))


def test_lists_come_page_by_page(fresh_server):
    for i in range(5):
        resolve(fresh_server, person(f"sources/pages/records/{i}"))
        purged = withdraw(fresh_server, f"sources/pages/records/{i}")
        create(fresh_server, f"pages-{i}")

    def pages(method, request, field):
        found = []
        while True:
            answer = method(request)
            found.append(list(getattr(answer, field)))
            if not answer.next_page_token:
                return found
            request.page_token = answer.next_page_token

    consumers = pages(fresh_server.consumers.ListConsumers, pb.ListConsumersRequest(page_size=2), "consumers")
    assert [[item.name[-1] for item in page] for page in consumers] == [["0", "1"], ["2", "3"], ["4"]]
    request = pb.ListOutstandingDecisionsRequest(parent="consumers/pages-0", page_size=2)
    owed = pages(fresh_server.consumers.ListOutstandingDecisions, request, "outstanding_decisions")
    assert [[item.decision.record[-1] for item in page] for page in owed] == [["0", "1"], ["2", "3"], ["4"]]
    request = pb.ListAcknowledgementsRequest(parent=purged.name, page_size=3)
    asked = pages(fresh_server.consumers.ListAcknowledgements, request, "acknowledgements")
    assert [[item.consumer[-1] for item in page] for page in asked] == [["0", "1", "2"], ["3", "4"]]


def test_what_was_acknowledged_survives_a_restart_and_the_feed_goes_on_from_there(tmp_path):
    path, names = tmp_path / "store.duckdb", [f"sources/restart/records/{i}" for i in range(6)]
    engine = open_engine(path)
    with serving(engine) as server:
        create(server, "restart", "installation 7")
        resolve(server, person(names[0]))
        seen = [event for event in follow(server, "restart", holder="installation 7") if event.HasField("decision")]
        acknowledge(server, "restart", seen[-1].cursor, "installation 7")
        resolve(server, person(names[1]))
        purged = withdraw(server, names[0])
        stood = consumer(server, "restart")
    engine.close()

    engine = open_engine(path)
    with serving(engine) as server:
        assert consumer(server, "restart") == stood
        assert [item.decision.name for item in outstanding(server, "restart")] == [purged.name]
        resolve(server, person(names[2]))
        later = [event.decision.record for event in follow(server, "restart", holder="installation 7")]
        assert later == [names[1], names[0], names[2]]
        with refused("PERMISSION_DENIED", "CONSUMER_TAKEN"):
            create(server, "restart", "installation 8")
    engine.close()

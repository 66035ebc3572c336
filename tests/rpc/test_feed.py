"""The feed: every decision once and in order, from a cursor, live, with heartbeats, at any pace of its readers."""

import asyncio
from datetime import datetime

import grpc
import pytest

from ftf.resolution.v1 import decision_service_pb2 as pb
from ftf.resolution.v1 import resolution_service_pb2
from resolver.domain.feed import FeedPlace
from resolver.rpc import limits
from resolver.rpc.backend import Backend
from resolver.rpc.cursors import encode_cursor
from resolver.rpc.decisions import DecisionService
from resolver.rpc.view import view_of
from tests.rpc.examples import IN_PLAIN_TEXT, person, reason_in, status_of_call


def resolve(server, name):
    return server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=person(name)))


def backlog(server, cursor=""):
    """The events until the end of the feed."""
    return list(server.decisions.WatchDecisions(pb.WatchDecisionsRequest(cursor=cursor, stop_at_end=True)))


def test_the_feed_begins_with_the_first_decision_and_ends_where_told(fresh_server):
    decisions = [resolve(fresh_server, f"sources/feed-a/records/{i}") for i in range(5)]
    events = backlog(fresh_server)
    assert [event.decision for event in events] == decisions
    assert [event.cursor for event in events] == [decision.cursor for decision in decisions]
    assert all(event.HasField("send_time") for event in events)


def test_an_empty_feed_ends_at_once_where_told(fresh_server):
    assert backlog(fresh_server) == []


def test_the_feed_continues_after_a_cursor(server):
    decisions = [resolve(server, f"sources/feed-b/records/{i}") for i in range(4)]
    events = backlog(server, decisions[1].cursor)
    assert [event.decision for event in events] == decisions[2:]
    assert backlog(server, decisions[-1].cursor) == []


def test_more_decisions_than_a_page_of_the_store_come_without_gap(server):
    start = resolve(server, "sources/feed-c/records/start").cursor
    names = [f"sources/feed-c/records/{i}" for i in range(450)]
    requests = [resolution_service_pb2.ResolveRecordRequest(record=person(name)) for name in names]
    server.resolution.BatchResolveRecords(resolution_service_pb2.BatchResolveRecordsRequest(requests=requests))
    assert [event.decision.record for event in backlog(server, start)] == names


def test_new_decisions_arrive_live_after_the_backlog(server):
    first = resolve(server, "sources/feed-d/records/1")
    second = resolve(server, "sources/feed-d/records/2")
    feed = server.decisions.WatchDecisions(pb.WatchDecisionsRequest(cursor=first.cursor))
    decisions = (event.decision for event in feed if event.HasField("decision"))
    assert next(decisions) == second
    for i in range(3, 6):
        decision = resolve(server, f"sources/feed-d/records/{i}")
        assert next(decisions) == decision
    feed.cancel()


def test_an_idle_feed_sends_heartbeats_that_one_can_continue_from(server):
    last = resolve(server, "sources/feed-e/records/1")
    feed = server.decisions.WatchDecisions(pb.WatchDecisionsRequest(cursor=last.cursor))
    for _ in range(2):
        heartbeat = next(feed)
        assert not heartbeat.HasField("decision")
        assert heartbeat.HasField("send_time")
        assert heartbeat.cursor == last.cursor
    feed.cancel()


def test_heartbeats_go_on_after_a_decision_that_came_live(server):
    last = resolve(server, "sources/feed-g/records/1")
    feed = server.decisions.WatchDecisions(pb.WatchDecisionsRequest(cursor=last.cursor))
    assert not next(feed).HasField("decision")
    live = resolve(server, "sources/feed-g/records/2")
    while not (event := next(feed)).HasField("decision"):
        pass
    assert event.decision == live
    heartbeat = next(feed)
    assert (heartbeat.cursor, heartbeat.HasField("decision")) == (live.cursor, False)
    feed.cancel()


def test_what_is_committed_after_the_start_is_not_sent_when_told_to_stop_at_the_end(fresh_server):
    """The store is read page by page, so that a later page could hold later decisions."""
    names = [f"sources/feed-h/records/{i}" for i in range(limits.FEED_PAGE + 50)]
    requests = [resolution_service_pb2.ResolveRecordRequest(record=person(name)) for name in names]
    fresh_server.resolution.BatchResolveRecords(resolution_service_pb2.BatchResolveRecordsRequest(requests=requests))

    async def watch():
        service = DecisionService(Backend(fresh_server.engine))
        events = service.WatchDecisions(pb.WatchDecisionsRequest(stop_at_end=True), IN_PLAIN_TEXT)
        told = [(await anext(events)).decision.record]
        await asyncio.to_thread(resolve, fresh_server, "sources/feed-h/records/later")
        return told + [event.decision.record async for event in events]

    assert asyncio.run(watch()) == names


def test_a_reader_that_leaves_is_forgotten(fresh_server):
    feed = fresh_server.decisions.WatchDecisions(pb.WatchDecisionsRequest())
    next(feed)
    assert len(fresh_server.engine.listeners._listeners) == 1
    feed.cancel()
    fresh_server.stop()
    assert fresh_server.engine.listeners._listeners == {}


OTHERS = encode_cursor(FeedPlace(1, datetime.fromisoformat("2026-11-25")), view_of(None, 1))


@pytest.mark.parametrize(
    ("cursor", "reason"), [("x", "CURSOR_INVALID"), ("AAAA", "CURSOR_INVALID"), (OTHERS, "CURSOR_OF_ANOTHER_STORE")]
)
def test_a_cursor_that_is_not_of_this_store_is_refused(server, cursor, reason):
    with pytest.raises(grpc.RpcError) as caught:
        backlog(server, cursor)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_in(status_of_call(caught.value)) == reason


def test_a_stopping_server_ends_its_feeds_with_a_reason(fresh_server):
    feed = fresh_server.decisions.WatchDecisions(pb.WatchDecisionsRequest())
    next(feed)
    fresh_server.stop()
    with pytest.raises(grpc.RpcError) as caught:
        list(feed)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert reason_in(status_of_call(caught.value)) == "SHUTTING_DOWN"

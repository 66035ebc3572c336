"""The end of the feed is read once for all who follow it; who is slow reads on alone, and costs nobody anything."""

import asyncio
import shutil
from datetime import timedelta

import grpc
import pytest

from ftf.resolution.v1 import decision_service_pb2 as pb
from ftf.resolution.v1 import decision_service_pb2_grpc, resolution_service_pb2
from resolver.domain.feed import EVERYTHING, FeedPlace
from resolver.engine.engine import open_engine
from resolver.rpc import decisions, limits
from resolver.rpc.backend import Backend
from resolver.rpc.live_feed import LiveFeed
from resolver.rpc.view import view_of
from resolver.store.feed import Feed
from tests.conftest import PURPOSE, serving
from tests.rpc.examples import person, reason_in, status_of_call

WATCHERS = 40


def store(server, names):
    requests = [resolution_service_pb2.ResolveRecordRequest(record=person(name)) for name in names]
    request = resolution_service_pb2.BatchResolveRecordsRequest(requests=requests)
    return list(server.resolution.BatchResolveRecords(request).decisions)


@pytest.fixture
def reads(monkeypatch):
    """Counts what is read of the store for the feed: of its end for all, and for single watchers."""
    counted = {"events": 0, "stretch": 0}
    for name in counted:
        original = getattr(Feed, name)

        def counting(self, *arguments, original=original, name=name):
            counted[name] += 1
            return original(self, *arguments)

        monkeypatch.setattr(Feed, name, counting)
    return counted


def test_all_who_wait_at_the_end_are_told_by_one_read_of_the_store(fresh_server, reads):
    async def follow():
        async with grpc.aio.insecure_channel(fresh_server.address) as channel:
            watch = channel.unary_stream(
                "/ftf.resolution.v1.DecisionService/WatchDecisions",
                request_serializer=pb.WatchDecisionsRequest.SerializeToString,
                response_deserializer=pb.WatchDecisionsResponse.FromString,
            )
            feeds = [watch(pb.WatchDecisionsRequest(), metadata=PURPOSE) for _ in range(WATCHERS)]
            await asyncio.gather(*(feed.read() for feed in feeds))
            for number in range(3):
                (decision,) = await asyncio.to_thread(store, fresh_server, [f"sources/all/records/{number}"])
                assert await asyncio.gather(*map(next_decision, feeds)) == [decision] * WATCHERS

    async def next_decision(feed):
        while not (event := await feed.read()).HasField("decision"):
            pass
        return event.decision

    asyncio.run(follow())
    assert reads == {"events": 3, "stretch": 0}


def test_what_is_kept_in_memory_is_bounded_and_what_went_is_read_of_the_store(fresh_server, monkeypatch, reads):
    monkeypatch.setattr(limits, "FEED_KEPT", 20)
    names = [f"sources/bounded/records/{i:03}" for i in range(60)]

    async def follow():
        backend = Backend(fresh_server.engine)
        feed = LiveFeed(backend)
        with feed.watched():
            await feed.find_head()
            places = {"quick": FeedPlace(0, None), "slow": FeedPlace(0, None)}
            told = {"quick": [], "slow": []}
            for start in range(0, 60, 10):
                await asyncio.to_thread(store, fresh_server, names[start : start + 10])
                await feed.find_head()
                for who in ("quick", "slow") if start == 0 else ("quick",):
                    await read_on(feed, who, places, told)
                assert len(feed._kept) <= 20
            assert reads["stretch"] == 0
            while len(told["slow"]) < 60:
                await read_on(feed, "slow", places, told)
        backend.threads.shutdown()
        return told

    async def read_on(feed, who, places, told):
        stretch = await feed.after(places[who], None, EVERYTHING, view_of(None, 1))
        told[who] += [decision.message.record for decision in stretch.decisions]
        places[who] = stretch.end

    assert asyncio.run(follow()) == {"quick": names, "slow": names}
    assert reads["stretch"] >= 1


def test_large_decisions_are_kept_by_their_bytes(fresh_server, monkeypatch):
    monkeypatch.setattr(limits, "FEED_KEPT_BYTES", 1_000)
    store(fresh_server, [f"sources/bytes/records/{i}" for i in range(20)])

    async def kept():
        backend = Backend(fresh_server.engine)
        feed = LiveFeed(backend)
        with feed.watched():
            await feed.find_head()
            stretch = await feed.after(FeedPlace(0, None), None, EVERYTHING, view_of(None, 1))
        backend.threads.shutdown()
        return len(stretch.decisions), sum(item.size for item in feed._kept)

    told, size = asyncio.run(kept())
    assert told == 20
    assert 0 < size <= 1_000


def test_a_writer_at_full_speed_is_not_held_up_by_a_reader_that_stands_still(fresh_server, monkeypatch):
    """All is written while most of it waits for a reader who takes nothing; then that reader is told all, in order."""
    sent = []
    service = decisions.DecisionService
    original = service._response
    monkeypatch.setattr(service, "_response", lambda *event: sent.append(event) or original(*event))
    channel = grpc.insecure_channel(fresh_server.address, options=[("grpc.http2.bdp_probe", 0)])
    stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
    slow = stub.WatchDecisions(pb.WatchDecisionsRequest(), metadata=PURPOSE, timeout=120)
    assert not next(slow).HasField("decision")
    names = [f"sources/full-speed/records/{i:04}-{'x' * 50}" for i in range(2_000)]
    written = []
    for start in range(0, len(names), 1_000):
        written += [decision.record for decision in store(fresh_server, names[start : start + 1_000])]
    assert written == names
    # gRPC has room for some on the way; the rest is in the store alone.
    assert len(sent) < len(names)
    told = (event.decision.record for event in slow if event.HasField("decision"))
    assert [next(told) for _ in names] == names
    channel.close()


def test_a_feed_goes_on_over_a_restart_of_the_server(tmp_path):
    path, names = tmp_path / "store.duckdb", [f"sources/again/records/{i}" for i in range(10)]
    told, cursor = [], ""
    for part in (names[:4], names[4:7], names[7:]):
        engine = open_engine(path)
        with serving(engine) as server:
            store(server, part)
            for event in server.decisions.WatchDecisions(pb.WatchDecisionsRequest(cursor=cursor)):
                if event.HasField("decision"):
                    told.append(event.decision.record)
                cursor = event.cursor
                # The first feeds are left in the middle, with a decision behind that was not taken.
                if len(told) in (3, 6, 10):
                    break
        engine.close()
    assert told == names


def test_a_store_restored_from_a_backup_takes_older_cursors_and_says_why_it_refuses_newer_ones(tmp_path):
    path, backup = tmp_path / "store.duckdb", tmp_path / "backup.duckdb"

    def written(*keys):
        engine = open_engine(path)
        with serving(engine) as server:
            decisions = store(server, [f"sources/restored/records/{key}" for key in keys])
        engine.close()
        return decisions

    def continued(cursor):
        engine = open_engine(path)
        try:
            with serving(engine) as server:
                request = pb.WatchDecisionsRequest(cursor=cursor, stop_at_end=True)
                return [event.decision.record[-1] for event in server.decisions.WatchDecisions(request)]
        except grpc.RpcError as error:
            return error.code().name, reason_in(status_of_call(error))
        finally:
            engine.close()

    (older, _) = written("1", "2")
    shutil.copy(path, backup)
    (lost,) = written("3")
    shutil.copy(backup, path)
    assert continued(older.cursor) == ["2"]
    assert continued(lost.cursor) == ("OUT_OF_RANGE", "CURSOR_AHEAD")
    (anew,) = written("4")
    assert anew.name == lost.name
    assert anew.commit_time.ToDatetime() - lost.commit_time.ToDatetime() > timedelta()
    assert continued(lost.cursor) == ("FAILED_PRECONDITION", "CURSOR_EXPIRED")
    assert continued(anew.cursor) == []

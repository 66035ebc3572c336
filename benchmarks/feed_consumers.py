"""How soon all of many idle consumers of the feed are told of one write; client and server on one machine."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import grpc
from google.type import date_pb2

from ftf.resolution.v1.decision_service_pb2 import WatchDecisionsRequest, WatchDecisionsResponse
from ftf.resolution.v1.decision_service_pb2_grpc import DecisionServiceStub
from ftf.resolution.v1.record_pb2 import BirthDate, ClaimedIdentity, Owner, PersonName, Record
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordRequest
from ftf.resolution.v1.resolution_service_pb2_grpc import ResolutionServiceStub
from ftf_client import Client
from resolver.cli.child_server import child_server

if TYPE_CHECKING:
    from ftf.resolution.v1.resolution_service_pb2_grpc import ResolutionServiceAsyncStub

CONSUMERS = 250
_WRITES = 30
_OWN_CONNECTION = (("grpc.use_local_subchannel_pool", 1),)
_Feed = grpc.aio.UnaryStreamCall[WatchDecisionsRequest, WatchDecisionsResponse]


@dataclass(frozen=True, slots=True)
class FeedFigures:
    """Seconds from the sending of a write: until its answer while nobody follows, and until the last consumer is told.

    `told_after_median` and `told_after_worst` are from the answer of the same write on, which comes once it is durable.
    """

    consumers: int
    unfollowed_median: float
    told_median: float
    told_worst: float
    told_after_median: float
    told_after_worst: float


def feed_figures(consumers: int = CONSUMERS) -> FeedFigures:
    """Single writes, one after the other, while so many consumers follow the feed, each on a connection of its own."""
    with tempfile.TemporaryDirectory() as name, child_server(Path(name), "feed", "benchmark") as connection:
        unfollowed = [answered for _, answered in asyncio.run(_writes(connection, 0, _WRITES))]
        taken = asyncio.run(_writes(connection, consumers, 0))
    told = [last for last, _ in taken]
    after = [max(0.0, last - answered) for last, answered in taken]
    return FeedFigures(
        consumers=consumers,
        unfollowed_median=statistics.median(unfollowed),
        told_median=statistics.median(told),
        told_worst=max(told),
        told_after_median=statistics.median(after),
        told_after_worst=max(after),
    )


async def _writes(connection: Client, consumers: int, first: int) -> list[tuple[float, float]]:
    channels = [grpc.aio.insecure_channel(connection.address, options=_OWN_CONNECTION) for _ in range(consumers + 1)]
    try:
        writer = ResolutionServiceStub(channels[0])
        feeds: list[_Feed] = [
            DecisionServiceStub(channel).WatchDecisions(WatchDecisionsRequest(), metadata=connection.metadata)
            for channel in channels[1:]
        ]
        await asyncio.gather(*map(_idle, feeds))
        return [await _write(writer, connection, feeds, first + number) for number in range(_WRITES)]
    finally:
        await asyncio.gather(*(channel.close() for channel in channels))


async def _write(
    writer: ResolutionServiceAsyncStub, connection: Client, feeds: Sequence[_Feed], number: int
) -> tuple[float, float]:
    started = time.perf_counter()
    waiting = asyncio.gather(*map(_told, feeds))
    await writer.ResolveRecord(ResolveRecordRequest(record=_record(number)), metadata=connection.metadata)
    answered = time.perf_counter() - started
    await waiting
    return time.perf_counter() - started, answered


async def _idle(feed: _Feed) -> None:
    """Reads the backlog; the heartbeat after it says that it is told."""
    while await _tells_a_decision(feed):
        pass


async def _told(feed: _Feed) -> None:
    while not await _tells_a_decision(feed):
        pass


async def _tells_a_decision(feed: _Feed) -> bool:
    """Whether what the feed tells next is a decision, and no heartbeat."""
    # An object for the stubs, as a feed may end; this one goes on until it is closed.
    return cast(WatchDecisionsResponse, await feed.read()).HasField("decision")


def _record(number: int) -> Record:
    born = date_pb2.Date(year=1940 + number, month=1 + number % 12, day=2 + number % 26)
    claimed = ClaimedIdentity(names=[PersonName(full_name=f"Zeyd Made Up {number}")], births=[BirthDate(earliest=born)])
    return Record(name=f"sources/benchmark/records/{number}", owner=Owner(country="FRA"), identities=[claimed])


if __name__ == "__main__":
    print(feed_figures())

"""All figures of a measurement of performance."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.feed_consumers import FeedFigures
from benchmarks.hub import HubFigures
from benchmarks.peers.peers import PeerFigures
from benchmarks.performance.latency import Latency
from benchmarks.performance.load import CallFigures, StreamFigures
from benchmarks.performance.plan import Plan
from benchmarks.performance.scoring import ScoringFigures
from benchmarks.performance.usage import Memory
from benchmarks.stamp import Stamp


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """A store of so many records.

    `filled` is the records a second while it was filled, at the time when that was done. `start`: seconds to the first
    answer. `cold`: the first calls after a start; `warm`: later ones, one in flight, medians of runs; `streams`: by
    message size, medians of runs. `started` and `streamed` are the server's memory after its start and after the
    streams. `file` is bytes on disk a record.
    """

    records: int
    filled: float
    start: float
    cold: Latency
    warm: CallFigures
    streams: tuple[StreamFigures, ...]
    started: Memory
    streamed: Memory
    file: float

    @property
    def stream(self) -> StreamFigures:
        """The fastest message size."""
        return max(self.streams, key=lambda each: each.records_per_second)


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """The largest store under load.

    `open`: durable calls that arrive at random; `screening`: calls that store nothing; `beside`: durable calls while a
    stream runs at full speed, and that stream. `outlasted`: the stream lasted as long as the calls.
    """

    open: tuple[CallFigures, ...]
    screening: CallFigures
    beside: CallFigures
    beside_stream: StreamFigures
    outlasted: bool


@dataclass(frozen=True, slots=True)
class Performance:
    """What was measured, on what, with which versions; `profiles` are files beside the page.

    `re_resolved` has the records of the largest holding that was re-resolved beside Splink, and how many times as long
    it took: the figures of `benchmarks.reresolving`, if it was run.
    """

    stamp: Stamp
    versions: dict[str, str]
    model: str
    plan: Plan
    stores: tuple[StoreFigures, ...]
    load: LoadFigures
    scoring: tuple[ScoringFigures, ...]
    hub: HubFigures
    feed: FeedFigures
    peers: tuple[PeerFigures, ...]
    profiles: tuple[str, ...]
    seconds: float
    re_resolved: tuple[int, float] | None = None

    @property
    def largest(self) -> StoreFigures:
        """The store that the load was put on."""
        return self.stores[-1]

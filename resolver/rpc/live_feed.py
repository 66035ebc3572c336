"""The end of the feed, read once for all who follow it there.

    engine --- "there is more" ---> LiveFeed --- one read of the store ---> the newest decisions, kept
                                                                              |      |      |
                                                                           watcher watcher watcher

Who is behind what is kept reads the store itself, a page at a time. So a slow reader costs no memory beyond its page,
and nobody waits for it.

What is told at a place may differ between views. All of it is read and kept together, and each watcher is given what is
told to its view, if anything.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ftf.resolution.v1 import decision_pb2
from resolver.domain.decision import Decision
from resolver.domain.feed import BEGINNING, DecisionFilter, FeedEvent, FeedPlace, place_after
from resolver.rpc import limits
from resolver.rpc.backend import Backend
from resolver.rpc.decision_messages import decision_content
from resolver.rpc.view import View

_ENDLESS: Final = 2**62
"""A place that no feed reaches."""


@dataclass(frozen=True, slots=True)
class Told:
    """A decision as it is sent, but for what each view is told besides: its numbers, and markings; and its place."""

    place: FeedPlace
    message: decision_pb2.Decision


@dataclass(frozen=True, slots=True)
class ToldStretch:
    """The wanted decisions of a part of the feed, in order, and the place where that part ends."""

    decisions: tuple[Told, ...]
    end: FeedPlace


@dataclass(frozen=True, slots=True)
class _Kept:
    """A place, what is told there, and the size of that in bytes."""

    place: FeedPlace
    told: tuple[tuple[FeedEvent, Told], ...]
    size: int


class LiveFeed:
    """Gives the feed, part by part, to any number of watchers. It belongs to the event loop."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._watchers = 0
        self._head = 0
        self._bell = asyncio.Event()
        # What is kept begins after one place and ends at another, without gaps.
        self._kept: deque[_Kept] = deque()
        self._kept_bytes = 0
        self._start = self._end = BEGINNING
        self._reading: asyncio.Task[None] | None = None
        self._purges = backend.engine.purges

    @property
    def head(self) -> int:
        """The sequence of the newest decision that is known of; right while somebody watches."""
        return self._head

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Listens to the engine within the block."""
        if not self._watchers:
            self._loop = asyncio.get_running_loop()
            self._stop_listening = self._backend.engine.listeners.watch(self._heard)
            self._stopping = asyncio.create_task(self._backend.stopping.wait())
            self._stopping.add_done_callback(lambda _: self._ring())
        self._watchers += 1
        try:
            yield
        finally:
            self._watchers -= 1
            if not self._watchers:
                self._stop_listening()
                self._stopping.cancel()

    async def find_head(self) -> int:
        """Looks the newest decision up; within `watched`, so that none that comes later is missed."""
        newest = await self._backend.read(self._backend.reader.head)
        self._advance(newest)
        return newest

    async def wait_beyond(self, place: FeedPlace, seconds: float) -> None:
        """Returns when there is a decision after a place, the service stops, or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._head <= place.sequence and not self._backend.stopping.is_set():
                    await self._bell.wait()

    async def after(self, place: FeedPlace, until: int | None, which: DecisionFilter, view: View) -> ToldStretch:
        """The next part of the feed after a place, none of it after `until`; it is empty only at the end.

        The numbers of the view for what is in it can be had without blocking then.
        """
        stretch = await self._after(place, until, which, view)
        if not view.covers(stretch.end.sequence):
            await self._backend.read(view.place, stretch.end.sequence)
        return stretch

    async def _after(self, place: FeedPlace, until: int | None, which: DecisionFilter, view: View) -> ToldStretch:
        last = min(self._head, _ENDLESS if until is None else until)
        if place.sequence >= last:
            return ToldStretch((), place)
        self._forget_purged()
        if place.sequence >= self._end.sequence:
            await self._read_on(place)
        if self._start.sequence <= place.sequence < self._end.sequence:
            return self._from_kept(place, last, which, view)
        read = self._backend.reader.feed.stretch
        stretch = await self._backend.read(read, place, last, which, limits.FEED_PAGE, view.viewer)
        return ToldStretch(tuple(map(_told, stretch.decisions)), stretch.end)

    def _forget_purged(self) -> None:
        """Drops what is kept when something was purged since: it may tell of that."""
        if self._purges != self._backend.engine.purges:
            self._purges = self._backend.engine.purges
            self._kept.clear()
            self._kept_bytes = 0
            self._start = self._end

    def _from_kept(self, place: FeedPlace, last: int, which: DecisionFilter, view: View) -> ToldStretch:
        first = place.sequence - self._start.sequence
        count = min(last - place.sequence, limits.FEED_PAGE)
        part = list(islice(self._kept, first, first + count))
        tells = self._backend.reader.feed.tells
        wanted = (
            told for kept in part for event, told in kept.told if tells(event, view.viewer) and which.wants(event)
        )
        return ToldStretch(tuple(wanted), part[-1].place)

    async def _read_on(self, place: FeedPlace) -> None:
        """Keeps what comes after the end of what is kept. Whoever asks meanwhile waits for the same read."""
        if self._reading is None:
            if place.sequence > self._end.sequence:
                self._kept.clear()
                self._kept_bytes = 0
                self._start = self._end = place
            self._reading = asyncio.create_task(self._extend())
        # A watcher that leaves must not take the read from the others.
        await asyncio.shield(self._reading)

    async def _extend(self) -> None:
        try:
            after, purges = self._end.sequence, self._purges
            places = await self._backend.read(self._backend.reader.feed.events, after, limits.FEED_PAGE)
            self._forget_purged()
            # What was read before a purge is not kept after it; who waits for it reads the store.
            if purges == self._purges:
                for events in places:
                    self._keep(events)
        finally:
            self._reading = None

    def _keep(self, events: Sequence[FeedEvent]) -> None:
        told = tuple((event, _told(event.decision)) for event in events)
        kept = _Kept(events[0].place, told, sum(each.message.ByteSize() for _, each in told))
        self._kept.append(kept)
        self._kept_bytes += kept.size
        self._end = kept.place
        while len(self._kept) > limits.FEED_KEPT or (self._kept_bytes > limits.FEED_KEPT_BYTES and len(self._kept) > 1):
            oldest = self._kept.popleft()
            self._kept_bytes -= oldest.size
            self._start = oldest.place

    def _heard(self, sequence: int) -> None:
        # The writer's thread must go on even when the service ends at this moment and its loop with it.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._advance, sequence)

    def _advance(self, sequence: int) -> None:
        if sequence > self._head:
            self._head = sequence
            self._ring()

    def _ring(self) -> None:
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()


def _told(decision: Decision) -> Told:
    return Told(place_after(decision), decision_content(decision))

"""The queue of writes: what is let in, what is refused, and what makes up the next batch.

Three lanes. Interactive writes (single records, small batches, dry runs, judgements) go before bulk writes (messages of
streams, large batches, steps of plans and of sweeps), so one waits for the batch that runs and for its own. Bulk writes
ride along where there is room; where there was none, the oldest leads the next batch. The longer ago the last
interactive write came, the longer a batch may take. Notes for the audit log, which reads wait for, take little
and make up every second batch, so that no load of writes keeps reads from being answered. Each lane is bounded in units
and in the age of its oldest write, so none can fill another. A write that is cancelled leaves at once.

A batch is of one kind: changes, or dry runs, or one judgement, or one keeping, or one step of a plan, or notes. A unit
is a change; each of the others counts as one.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from threading import Condition

from resolver.domain.errors import ErrorReason, Overloaded
from resolver.engine.asked.writes import Write
from resolver.engine.pace import Pace
from resolver.engine.queued import Answers, Batch, Kind, Lane, Queued, lane_of


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a lane takes: units that wait, and seconds that its oldest write has waited."""

    units: int
    age: float


BOUNDS: Mapping[Lane, Bounds] = {
    Lane.INTERACTIVE: Bounds(1_000, 2.0),
    Lane.BULK: Bounds(20_000, 60.0),
    Lane.NOTES: Bounds(4_000, 30.0),
}
"""Fewer interactive writes than calls may run at a time: the queue can tell a caller when to come again, gRPC not."""
MOST_IN_BATCH = 1_000
"""Units of one batch, unless a single write has more."""
FEWEST_IN_BATCH = 25
"""Units of a batch below which little is gained by making it smaller, since each batch has a cost of its own."""
FEWEST_OF_BULK = 10
"""The same of bulk writes while interactive ones come in, which wait for it: a part of a stream's message."""
FEWEST_WHEN_PATIENT = 50
"""The same when no interactive write has come in for a while: on a busy machine even a small batch takes long."""
PROMPT = 0.04
"""Seconds that a batch should take while interactive writes come in."""
PATIENT = 0.5
"""Seconds that a batch should take when none has come in for a while: larger batches are faster."""
OF_THE_GAP = 0.05
"""Of the time since the last interactive write that a batch should take: whoever calls often waits for little."""
RETRY_SHORTEST = 0.1
RETRY_LONGEST = 30.0
"""Seconds after which a refused caller is told to come again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in a lane: writes, their units, and the seconds since the oldest came; how many were refused ever."""

    writes: int
    units: int
    age: float
    refused: int


class WriteQueue:
    """Takes writes from any thread and hands batches to one."""

    def __init__(self, bounds: Mapping[Lane, Bounds] = BOUNDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._bounds = bounds
        self._clock = clock
        # By ticket, in the order of arrival: one that is cancelled is taken out of the middle.
        self._lanes: dict[Lane, dict[int, Queued]] = {lane: {} for lane in Lane}
        self._units: dict[Lane, Counter[Kind]] = {lane: Counter() for lane in Lane}
        self._paces = {kind: Pace(FEWEST_OF_BULK, MOST_IN_BATCH) for kind in Kind}
        self._arrivals = 0
        self._last_interactive = float("-inf")
        self._bulk_is_owed = False
        self._notes_were_last = False
        self._serving = False
        self._closed = False
        self._refused = dict.fromkeys(Lane, 0)
        self._changed = Condition()

    def put(self, write: Write) -> Future[Answers]:
        """Queues a write. Cancelling the future takes it off the queue if it still waits there.

        Raises:
            Overloaded: its lane is full or too far behind, or the queue is closed.
        """
        future: Future[Answers] = Future()
        lane = lane_of(write)
        with self._changed:
            if self._closed:
                raise Overloaded(ErrorReason.SHUTTING_DOWN, "the service is stopping")
            self._arrivals += 1
            queued = Queued(self._arrivals, write, future, self._clock())
            self._refuse_overload(lane, queued)
            self._lanes[lane][queued.ticket] = queued
            self._units[lane][queued.kind] += queued.units
            if lane is not Lane.BULK:
                self._last_interactive = queued.since
            self._changed.notify()
        future.add_done_callback(lambda _: self._leave(queued))
        return future

    def take(self) -> Batch | None:
        """Waits for the next batch; None when the queue is closed and empty."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._closed or any(self._lanes.values()))
                if not any(self._lanes.values()):
                    return None
                batch = self._form()
                running = tuple(queued for queued in batch if queued.future.set_running_or_notify_cancel())
                if running:
                    self._serving = any(lane_of(queued.write) is Lane.INTERACTIVE for queued in running)
                    return Batch(running[0].kind, running)

    def next_interactive(self) -> list[Queued]:
        """The interactive writes that wait now, in their order."""
        with self._changed:
            return list(self._lanes[Lane.INTERACTIVE].values())

    def carried_out(self, batch: Batch, seconds: float) -> None:
        """Learns that a batch was carried out, and how long it took."""
        if self._serving:
            self._last_interactive = self._clock()
        self._serving = False
        self._paces[batch.kind].measured(batch.units, seconds)

    @property
    def hurried(self) -> bool:
        """Whether an interactive write waits or is carried out: who can should leave the interpreter to the writer."""
        return self._serving or bool(self._lanes[Lane.INTERACTIVE])

    @property
    def quiet(self) -> float:
        """Seconds since an interactive write or a note last came or was carried out; 0 while one waits or is."""
        busy = self.hurried or self._lanes[Lane.NOTES]
        return 0.0 if busy else self._clock() - self._last_interactive

    def waiting(self) -> Mapping[Lane, Waiting]:
        """What waits now, by lane."""
        with self._changed:
            now = self._clock()
            return {
                lane: Waiting(
                    len(self._lanes[lane]), self._units[lane].total(), now - self._since(lane, now), self._refused[lane]
                )
                for lane in Lane
            }

    def close(self) -> None:
        """Takes nothing more; what waits is still handed out."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _leave(self, queued: Queued) -> None:
        with self._changed:
            self._drop(queued)

    def _drop(self, queued: Queued) -> None:
        lane = lane_of(queued.write)
        if self._lanes[lane].pop(queued.ticket, None) is not None:
            self._units[lane][queued.kind] -= queued.units

    def _since(self, lane: Lane, now: float) -> float:
        return next((queued.since for queued in self._lanes[lane].values()), now)

    def _refuse_overload(self, lane: Lane, queued: Queued) -> None:
        bounds, line = self._bounds[lane], self._lanes[lane]
        full = bool(line) and self._units[lane].total() + queued.units > bounds.units
        if full or queued.since - self._since(lane, queued.since) > bounds.age:
            backlog = sum(self._paces[kind].seconds(units) for kind, units in self._units[lane].items())
            self._refused[lane] += 1
            delay = timedelta(seconds=min(max(backlog, RETRY_SHORTEST), RETRY_LONGEST))
            raise Overloaded(ErrorReason.OVERLOADED, "the queue of writes is full", delay)

    def _form(self) -> list[Queued]:
        """Takes the next batch off the lanes; every second one has notes, if any wait."""
        notes = self._lanes[Lane.NOTES]
        others = self._lanes[Lane.INTERACTIVE] or self._lanes[Lane.BULK]
        self._notes_were_last = bool(notes) and not (others and self._notes_were_last)
        return self._form_notes() if self._notes_were_last else self._form_writes()

    def _form_notes(self) -> list[Queued]:
        chosen = list(self._lanes[Lane.NOTES].values())[:MOST_IN_BATCH]
        for queued in chosen:
            self._drop(queued)
        return chosen

    def _form_writes(self) -> list[Queued]:
        interactive, bulk = (self._lanes[lane] for lane in (Lane.INTERACTIVE, Lane.BULK))
        bulk_leads = bool(bulk) and (self._bulk_is_owed or not interactive)
        head = next(iter((bulk if bulk_leads else interactive).values()))
        forming = _Forming(head)
        if head.kind not in (Kind.JUDGEMENT, Kind.KEEPING, Kind.STEP):
            room = self._room(head.kind)
            # Beside a bulk head they have a room of their own: they should not wait for one more batch.
            quick = max(room, FEWEST_IN_BATCH) + (head.units if bulk_leads else 0)
            for queued in interactive.values():
                forming.offer(queued, quick)
            for queued in bulk.values():
                # A stream's messages keep their order.
                if not forming.offer(queued, room):
                    break
        bulk_got_nothing = forming.chosen.keys().isdisjoint(bulk)
        for queued in forming.chosen.values():
            self._drop(queued)
        self._bulk_is_owed = bool(bulk) and bulk_got_nothing
        return list(forming.chosen.values())

    def _room(self, kind: Kind) -> int:
        """The units that a batch may have with the bulk writes in it."""
        gap = self._clock() - self._last_interactive
        seconds = min(max(PROMPT, OF_THE_GAP * gap), PATIENT)
        return max(self._paces[kind].room(seconds), FEWEST_WHEN_PATIENT if seconds == PATIENT else 0)


class _Forming:
    """A batch that is being put together around its first write."""

    def __init__(self, head: Queued) -> None:
        self.chosen = {head.ticket: head}
        self._kind = head.kind
        self._units = head.units
        self._keys = {head.write.request_key} - {""}

    def offer(self, queued: Queued, room: int) -> bool:
        """Takes a write in, if it fits; whether it is in.

        Two with the same key do not fit: the second has to find the first one's answer.
        """
        if queued.ticket in self.chosen:
            return True
        key = queued.write.request_key
        if queued.kind is not self._kind or self._units + queued.units > room or key in self._keys:
            return False
        self.chosen[queued.ticket] = queued
        self._units += queued.units
        self._keys |= {key} - {""}
        return True

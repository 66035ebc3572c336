"""The feed as each viewer counts it: what a viewer is not told has no place in it.

Inside, decisions have the sequences of the whole feed. What leaves counts only those that its reader is told, so that
no gap and no number tells of others. Viewers that belong to the same audiences count alike.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from resolver.domain.feed import BEGINNING, FeedPlace
from resolver.domain.handling import Viewer
from resolver.store import queries, told
from resolver.store.reading import Reading
from resolver.store.sight import Sight

_KEPT: Final = 16_000_000
"""Sequences of eight bytes that are kept for all viewers together; those of who has not asked for longest go first."""
_TIME: Final = "SELECT commit_time FROM decisions WHERE sequence = ?"
_Audiences = frozenset[int]


@dataclass(slots=True)
class _Skipped:
    """The sequences at which viewers are told nothing, in order, up to a place in the feed."""

    sequences: array[int] = field(default_factory=lambda: array("Q"))
    until: int = 0
    lock: Lock = field(default_factory=Lock)

    def up_to(self, sequence: int) -> _Skipped:
        """A copy for others, of what comes before a place."""
        return _Skipped(self.sequences[: bisect_right(self.sequences, sequence)], sequence)


@dataclass(frozen=True, slots=True)
class _Counted:
    """How a viewer counts; good up to a place, since new audiences may part it from those that counted alike."""

    skipped: _Skipped
    until: int


class Places:
    """Turns sequences of the feed into places within a view, and back. Any thread may ask; calls may block."""

    def __init__(self, reading: Reading, kept: int = _KEPT) -> None:
        """Takes how many sequences are kept at most."""
        self._reading = reading
        self._most = kept
        self._lock = Lock()
        self._by_audiences: OrderedDict[_Audiences, _Skipped] = OrderedDict()
        self._by_viewer: dict[Viewer, _Counted] = {}

    def counts_everything(self, viewer: Viewer | None) -> bool:
        """Whether all sequences are places as they are; it may be no longer so for decisions to come."""
        return viewer is None or not self._reading.guarded

    def covers(self, viewer: Viewer | None, sequence: int) -> bool:
        """Whether `place` answers for a committed decision, and `shown` for one that is told, without the store."""
        if self.counts_everything(viewer):
            return True
        counted = self._by_viewer.get(viewer) if viewer is not None else None
        return counted is not None and sequence <= counted.until

    def place(self, viewer: Viewer | None, sequence: int) -> int:
        """How many decisions a viewer is told up to the committed one with a sequence, that one included."""
        if viewer is None or not self._reading.guarded:
            return sequence
        return sequence - bisect_right(self._skipped(viewer, sequence).sequences, sequence)

    def sequence(self, viewer: Viewer | None, place: int) -> int | None:
        """The sequence of the decision at a place, 0 for place 0; None where the viewer was not told as many."""
        if viewer is None or not self._reading.guarded:
            return place if place <= self._head() else None
        counted = self._by_viewer.get(viewer)
        if counted is None or (found := _at(counted.skipped.sequences, place)) > counted.until:
            counted = self._count(viewer)
            found = _at(counted.skipped.sequences, place)
        return found if found <= counted.until else None

    def shown(self, viewer: Viewer | None, place: FeedPlace) -> FeedPlace:
        """A committed place of the whole feed as a viewer counts it: after the last decision before it that is told."""
        if viewer is None or not self._reading.guarded:
            return place
        skipped = self._skipped(viewer, place.sequence).sequences
        counted = self.place(viewer, place.sequence)
        index = bisect_left(skipped, place.sequence)
        if index == len(skipped) or skipped[index] != place.sequence:
            return FeedPlace(counted, place.commit_time)
        if not counted:
            return BEGINNING
        return FeedPlace(counted, self._reading.rows(_TIME, [_at(skipped, counted)])[0][0])

    def _skipped(self, viewer: Viewer, sequence: int) -> _Skipped:
        counted = self._by_viewer.get(viewer)
        if counted is None or sequence > counted.until:
            counted = self._count(viewer)
        return counted.skipped

    def _count(self, viewer: Viewer) -> _Counted:
        """Counts on to the end of the feed."""
        return self._reading.seen_by(viewer, lambda sight: self._counted(viewer, sight))

    def _counted(self, viewer: Viewer, sight: Sight | None) -> _Counted:
        head = self._head()
        if sight is None:
            return _Counted(_Skipped(), head)
        skipped = self._of(viewer, sight)
        with skipped.lock:
            if head > skipped.until:
                span = sight.told(after=skipped.until, until=head)
                skipped.sequences.extend(row[0] for row in self._reading.rows(told.NOT_TOLD, span))
                skipped.until = head
        counted = _Counted(skipped, head)
        with self._lock:
            self._by_viewer[viewer] = counted
            self._forget()
        return counted

    def _of(self, viewer: Viewer, sight: Sight) -> _Skipped:
        """What those with this sight skip. Who has come to belong to new audiences counted alike with others before."""
        with self._lock:
            found = self._by_audiences.get(sight.audiences)
            if found is None:
                before = self._by_viewer.get(viewer)
                found = _Skipped() if before is None else before.skipped.up_to(before.until)
                self._by_audiences[sight.audiences] = found
            self._by_audiences.move_to_end(sight.audiences)
            return found

    def _forget(self) -> None:
        used = {id(counted.skipped) for counted in self._by_viewer.values()}
        for audiences in [key for key, skipped in self._by_audiences.items() if id(skipped) not in used]:
            del self._by_audiences[audiences]
        while sum(len(each.sequences) for each in self._by_audiences.values()) > self._most:
            if len(self._by_audiences) == 1:
                return
            _, dropped = self._by_audiences.popitem(last=False)
            self._by_viewer = {who: each for who, each in self._by_viewer.items() if each.skipped is not dropped}

    def _head(self) -> int:
        return int(self._reading.rows(queries.HEAD)[0][0])


def _at(skipped: array[int], place: int) -> int:
    """The sequence at a place: so many further as there are skipped ones before it."""
    if not place:
        return 0
    # Before the one at an index so many are told.
    return place + bisect_left(range(len(skipped)), place, key=lambda index: skipped[index] - 1 - index)

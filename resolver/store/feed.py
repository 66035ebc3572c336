"""The reading side of the feed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from resolver.domain.decision import Decision
from resolver.domain.feed import (
    BEGINNING,
    EVERYTHING,
    DecisionFilter,
    FeedEvent,
    FeedPlace,
    Stretch,
    place_after,
)
from resolver.domain.handling import Viewer
from resolver.store import told
from resolver.store.decision_rows import decision_from_text
from resolver.store.feed_rows import ALL_MARKS, OWNED
from resolver.store.places import Places
from resolver.store.reading import Reading
from resolver.store.sight import Sight, Values

WANTED: Final = """
m.sequence > $after AND m.sequence <= $until AND (len($kinds) = 0 OR m.kind IN (SELECT unnest($kinds)))
  AND (len($countries) = 0 OR list_has_any(m.countries, $countries))
  AND (len($sources) = 0 OR list_has_any(m.sources, $sources))
"""
"""What a filter asks for of the marks `m` after a place and up to one; see `wanted`."""

_PLACE: Final = "SELECT sequence, commit_time FROM decisions WHERE sequence = ?"
_NEWEST: Final = "SELECT sequence, commit_time FROM decisions ORDER BY sequence DESC LIMIT 1"
_EVENTS: Final = f"""
SELECT d.sequence, d.commit_time, d.body, m.countries, m.sources, d.audience
FROM decisions d JOIN {ALL_MARKS} m ON m.sequence = d.sequence
WHERE d.sequence > $1 AND d.sequence <= $2 AND m.sequence > $1 AND m.sequence <= $2 ORDER BY d.sequence
"""  # noqa: S608 - a part of queries
_TOLD_EVENTS: Final = f"""
SELECT sequence, commit_time, body, {OWNED}, audience
FROM told_decisions WHERE sequence > $1 AND sequence <= $2
"""  # noqa: S608 - columns of the store
# The narrow table says which, so that bodies are read of those alone.
_WHICH: Final = f"""
SELECT sequence, commit_time, body FROM {{decisions}} WHERE sequence > $after AND sequence <= $until AND sequence IN (
  SELECT m.sequence FROM {{marks}} m WHERE {WANTED} ORDER BY m.sequence LIMIT $limit
) ORDER BY sequence
"""  # noqa: S608 - a condition of this file
_BETWEEN: Final = """
SELECT sequence, commit_time, body FROM {decisions} WHERE sequence > $after AND sequence <= $until ORDER BY sequence
"""
_ALL: Final = _BETWEEN.format(decisions="decisions")
_ALL_TOLD: Final = _BETWEEN.format(decisions=told.DECISIONS)
_SOME: Final = _WHICH.format(decisions="decisions", marks=ALL_MARKS)
_SOME_TOLD: Final = _WHICH.format(decisions=told.DECISIONS, marks=told.FEED_MARKS)
_LOOKED_THROUGH: Final = 20_000
"""Decisions that one query looks through at most, so that none takes long where little is wanted."""


class Feed:
    """Answers questions about the feed, with the queries of a reader. Places are those of the whole feed."""

    def __init__(self, reading: Reading, places: Places) -> None:
        self._reading = reading
        self._places = places

    def newest(self) -> FeedPlace:
        """The end of the feed."""
        rows = self._reading.rows(_NEWEST)
        return FeedPlace(*rows[0]) if rows else BEGINNING

    def place(self, sequence: int) -> FeedPlace | None:
        """The place after a decision; None where there is no such decision."""
        if sequence == 0:
            return BEGINNING
        rows = self._reading.rows(_PLACE, [sequence])
        return FeedPlace(*rows[0]) if rows else None

    def decisions(self, after: int, limit: int, viewer: Viewer | None = None) -> list[Decision]:
        """The next decisions after a place, at most `limit`."""
        last = self._last(after, limit, viewer)

        def read(sight: Sight | None) -> list[Decision]:
            if sight is None:
                return self._decisions(_ALL, {"after": after, "until": last})
            return self._decisions(_ALL_TOLD, sight.told(after=after, until=last))

        return self._reading.seen_by(viewer, read)

    def events(self, after: int, limit: int) -> list[tuple[FeedEvent, ...]]:
        """What is told, and whom, at each of the next places after one; `tells` knows then which of it is for whom."""
        found: dict[int, list[FeedEvent]] = {}
        for sequence, *row in self._reading.rows(_EVENTS, [after, after + limit]):
            found[sequence] = [_event(sequence, *row, whole=True)]
        if found and self._reading.guarded:
            for sequence, *row in self._reading.rows(_TOLD_EVENTS, [after, max(found)]):
                found[sequence].append(_event(sequence, *row, whole=False))
            self._reading.sights.learn()
        return [tuple(events) for events in found.values()]

    def tells(self, event: FeedEvent, viewer: Viewer | None) -> bool:
        """Whether an event that `events` gave is what a viewer is told at its place. Reads nothing; does not block."""
        if viewer is None:
            return event.whole
        return self._reading.sights.of(viewer).is_told(event.audience)

    def stretch(
        self, after: FeedPlace, until: int, which: DecisionFilter, limit: int, viewer: Viewer | None = None
    ) -> Stretch:
        """The wanted decisions after a place: at most `limit`, none after `until`, which must be committed."""
        if which == EVERYTHING:
            last = min(self._last(after.sequence, limit, viewer), until)
            span: dict[str, object] = {"after": after.sequence, "until": last}
            queries = _ALL, _ALL_TOLD
        else:
            last = min(after.sequence + _LOOKED_THROUGH, until)
            span = {"limit": limit, **wanted(which, after.sequence, last)}
            queries = _SOME, _SOME_TOLD

        def read(sight: Sight | None) -> list[Decision]:
            if sight is None:
                return self._decisions(queries[0], span)
            return self._decisions(queries[1], sight.told(**span))

        found = self._reading.seen_by(viewer, read)
        if found and (len(found) == limit or found[-1].sequence == last):
            return Stretch(tuple(found), place_after(found[-1]))
        # Nothing more is wanted up to the end of the part that was looked through.
        return Stretch(tuple(found), self.place(last) or after)

    def _last(self, after: int, limit: int, viewer: Viewer | None) -> int:
        """A place up to which a viewer is told so many decisions after another one, or what there is."""
        if self._places.counts_everything(viewer):
            return after + limit
        last = self._places.sequence(viewer, self._places.place(viewer, after) + limit)
        return self.newest().sequence if last is None else last

    def _decisions(self, query: str, values: Values) -> list[Decision]:
        return [decision_from_text(*row) for row in self._reading.rows(query, values)]


def _event(
    sequence: int, time: datetime, body: str, countries: list[str], sources: list[str], audience: int, *, whole: bool
) -> FeedEvent:
    decision = decision_from_text(sequence, time, body)
    return FeedEvent(decision, frozenset(countries), frozenset(sources), audience, whole=whole)


def wanted(which: DecisionFilter, after: int, until: int) -> dict[str, object]:
    """The parameters of `WANTED` for a filter, after a place and up to one."""
    return {
        "after": after,
        "until": until,
        "kinds": sorted(kind.value for kind in which.kinds),
        "countries": sorted(which.countries),
        "sources": sorted(which.sources),
    }

"""The reading side of the list of consumers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from resolver.domain.consumer import Acknowledgement, Consumer, Outstanding, Standing
from resolver.domain.feed import DecisionFilter, FeedPlace
from resolver.domain.handling import Viewer
from resolver.store import told
from resolver.store.decision_rows import decision_from_text
from resolver.store.feed import WANTED, Feed, wanted
from resolver.store.feed_rows import ALL_MARKS
from resolver.store.reading import Reading
from resolver.store.sight import Sight

CONSUMERS: Final = """
SELECT number, name, holder, countries, sources, create_time,
  start, start_commit_time, acknowledged, acknowledged_commit_time, acknowledge_time
FROM consumers
"""
NAMED: Final = f"{CONSUMERS} WHERE name = ?"
_AFTER: Final = f"{CONSUMERS} WHERE number > ? ORDER BY number LIMIT ?"
_ENDLESS: Final = 2**62
"""A place that no feed reaches."""
# Each is asked of all marks, or of those that a viewer is told.
_STANDING: Final = f"""
SELECT count(*), min(m.sequence), count(*) FILTER (m.must_undo), min(m.sequence) FILTER (m.must_undo)
FROM {{marks}} m WHERE {WANTED}
"""  # noqa: S608 - a condition of the store
_OUTSTANDING: Final = f"""
SELECT m.sequence FROM {{marks}} m WHERE {WANTED} AND m.must_undo ORDER BY m.sequence LIMIT $limit
"""  # noqa: S608 - as above
# The bounds say it again: with them alone the rest of the table is not read.
_DECISIONS: Final = """
SELECT sequence, commit_time, body FROM {decisions}
WHERE sequence >= list_min($sequences) AND sequence <= list_max($sequences)
  AND sequence IN (SELECT unnest($sequences)) ORDER BY sequence
"""
_ACKNOWLEDGEMENTS: Final = """
SELECT c.number, c.name,
  (SELECT min(a.acknowledge_time) FROM acknowledgements a
   WHERE a.consumer_number = c.number AND a.acknowledged >= m.sequence),
  greatest(c.create_time, d.commit_time)
FROM {marks} m JOIN decisions d ON d.sequence = m.sequence JOIN consumers c ON c.start < m.sequence
WHERE m.sequence = $sequence AND d.sequence = $sequence AND m.must_undo AND c.number > $after
  AND (len(c.countries) = 0 OR list_has_any(m.countries, c.countries))
  AND (len(c.sources) = 0 OR list_has_any(m.sources, c.sources))
ORDER BY c.number LIMIT $limit
"""


class Consumers:
    """Answers questions about consumers, with the queries of a reader."""

    def __init__(self, reading: Reading, feed: Feed) -> None:
        self._reading = reading
        self._feed = feed

    def named(self, name: str) -> Consumer | None:
        """The consumer of a name, `consumers/{consumer}`."""
        rows = self._reading.rows(NAMED, [name])
        return consumer_from_row(rows[0]) if rows else None

    def after(self, number: int, limit: int) -> list[Consumer]:
        """Consumers in the order of their creation, after one with this number."""
        return [consumer_from_row(row) for row in self._reading.rows(_AFTER, [number, limit])]

    def standing(self, consumer: Consumer, viewer: Viewer | None = None) -> Standing:
        """What a consumer has not acknowledged of what a viewer is told."""
        span = wanted(consumer.wants, consumer.acknowledged.sequence, _ENDLESS)
        ((lag, first, outstanding, first_outstanding),) = self._asked(_STANDING, span, viewer)
        since = self._commit_time(first_outstanding)
        return Standing(lag, self._commit_time(first), outstanding, since and _since(consumer, since))

    def outstanding(
        self, consumer: Consumer, after: int, limit: int, viewer: Viewer | None = None
    ) -> list[Outstanding]:
        """The decisions that a consumer must carry out and has not acknowledged, after a place of the feed."""
        span = wanted(consumer.wants, max(after, consumer.acknowledged.sequence), _ENDLESS)
        sequences = [row[0] for row in self._asked(_OUTSTANDING, {**span, "limit": limit}, viewer)]
        rows = self._asked(_DECISIONS, {"sequences": sequences}, viewer) if sequences else []
        return [Outstanding(decision_from_text(*row), _since(consumer, row[1])) for row in rows]

    def acknowledgements(
        self, sequence: int, after: int, limit: int, viewer: Viewer | None = None
    ) -> list[Acknowledgement]:
        """What the consumers that a decision asks to undo something did with it, after the one with a number.

        Which they are, is told from the decision as the viewer is told it.
        """
        asked = {"sequence": sequence, "after": after, "limit": limit}
        return [Acknowledgement(*row) for row in self._asked(_ACKNOWLEDGEMENTS, asked, viewer)]

    def _asked(self, query: str, values: Mapping[str, object], viewer: Viewer | None) -> list[tuple[Any, ...]]:
        def read(sight: Sight | None) -> list[tuple[Any, ...]]:
            if sight is None:
                return self._reading.rows(query.format(marks=ALL_MARKS, decisions="decisions"), values)
            asked = query.format(marks=told.FEED_MARKS, decisions=told.DECISIONS)
            return self._reading.rows(asked, sight.told(**values))

        return self._reading.seen_by(viewer, read)

    def _commit_time(self, sequence: int | None) -> datetime | None:
        place = None if sequence is None else self._feed.place(sequence)
        return None if place is None else place.commit_time


def consumer_from_row(row: tuple[Any, ...]) -> Consumer:
    """The consumer of a row of `CONSUMERS`."""
    number, name, holder, countries, sources, created, start, start_time, acknowledged, commit_time, time = row
    return Consumer(
        number=number,
        name=name,
        holder=holder,
        wants=DecisionFilter(frozenset(countries), frozenset(sources)),
        create_time=created,
        start=FeedPlace(start, start_time),
        acknowledged=FeedPlace(acknowledged, commit_time),
        acknowledge_time=time,
    )


def _since(consumer: Consumer, commit_time: datetime) -> datetime:
    return max(consumer.create_time, commit_time)

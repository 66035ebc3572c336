"""The reading side of the list of consumers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from resolver.domain.consumer import Acknowledgement, Consumer, Outstanding, Standing
from resolver.domain.feed import BEGINNING, DecisionFilter, FeedPlace
from resolver.store.decision_rows import decision_from_text
from resolver.store.feed import WANTED, parameters

Rows = Callable[[str, list[Any]], list[tuple[Any, ...]]]

CONSUMERS: Final = """
SELECT c.number, c.name, c.holder, c.countries, c.sources, c.create_time,
  c.start, s.commit_time, c.acknowledged, a.commit_time, c.acknowledge_time
FROM consumers c
LEFT JOIN decisions s ON s.sequence = c.start
LEFT JOIN decisions a ON a.sequence = c.acknowledged
"""
NAMED: Final = f"{CONSUMERS} WHERE c.name = ?"
_ENDLESS: Final = 2**62
"""A place that no feed reaches."""
_AFTER: Final = f"{CONSUMERS} WHERE c.number > ? ORDER BY c.number LIMIT ?"
_STANDING: Final = f"""
SELECT s.lag, l.commit_time, s.outstanding, o.commit_time FROM (
  SELECT count(*) AS lag, min(m.sequence) AS first,
    count(*) FILTER (m.must_undo) AS outstanding, min(m.sequence) FILTER (m.must_undo) AS first_outstanding
  FROM feed_marks m WHERE {WANTED}
) s
LEFT JOIN decisions l ON l.sequence = s.first
LEFT JOIN decisions o ON o.sequence = s.first_outstanding
"""  # noqa: S608 - a condition of the store
_OUTSTANDING: Final = f"""
WITH wanted AS (SELECT m.sequence FROM feed_marks m WHERE {WANTED} AND m.must_undo ORDER BY m.sequence LIMIT $6)
SELECT d.sequence, d.commit_time, d.body FROM decisions d JOIN wanted w ON w.sequence = d.sequence ORDER BY d.sequence
"""  # noqa: S608 - as above
_ACKNOWLEDGEMENTS: Final = """
SELECT c.number, c.name,
  (SELECT min(a.acknowledge_time) FROM acknowledgements a
   WHERE a.consumer_number = c.number AND a.acknowledged >= m.sequence),
  greatest(c.create_time, d.commit_time)
FROM feed_marks m JOIN decisions d ON d.sequence = m.sequence JOIN consumers c ON c.start < m.sequence
WHERE m.sequence = $1 AND m.must_undo AND c.number > $2
  AND (len(c.countries) = 0 AND len(c.sources) = 0 OR EXISTS (
    SELECT 1 FROM feed_concerns f WHERE f.sequence = m.sequence
      AND (len(c.countries) = 0 OR list_contains(c.countries, f.country))
      AND (len(c.sources) = 0 OR list_contains(c.sources, f.source))
  ))
ORDER BY c.number LIMIT $3
"""


class Consumers:
    """Answers questions about consumers, with the queries of a reader."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def named(self, name: str) -> Consumer | None:
        """The consumer of a name, `consumers/{consumer}`."""
        rows = self._rows(NAMED, [name])
        return consumer_from_row(rows[0]) if rows else None

    def after(self, number: int, limit: int) -> list[Consumer]:
        """Consumers in the order of their creation, after one with this number."""
        return [consumer_from_row(row) for row in self._rows(_AFTER, [number, limit])]

    def standing(self, consumer: Consumer) -> Standing:
        """What a consumer has not acknowledged."""
        span = consumer.acknowledged.sequence, _ENDLESS
        ((lag, lag_since, outstanding, since),) = self._rows(_STANDING, [*span, *parameters(consumer.wants)])
        return Standing(lag, lag_since, outstanding, since and _since(consumer, since))

    def outstanding(self, consumer: Consumer, after: int, limit: int) -> list[Outstanding]:
        """The decisions that a consumer must carry out and has not acknowledged, after a place of the feed."""
        span = max(after, consumer.acknowledged.sequence), _ENDLESS
        rows = self._rows(_OUTSTANDING, [*span, *parameters(consumer.wants), limit])
        return [Outstanding(decision_from_text(*row), _since(consumer, row[1])) for row in rows]

    def acknowledgements(self, sequence: int, after: int, limit: int) -> list[Acknowledgement]:
        """What the consumers that a decision asks to undo something did with it, after the one with a number."""
        return [Acknowledgement(*row) for row in self._rows(_ACKNOWLEDGEMENTS, [sequence, after, limit])]


def consumer_from_row(row: tuple[Any, ...]) -> Consumer:
    """The consumer of a row of `CONSUMERS`."""
    number, name, holder, countries, sources, created, start, start_time, acknowledged, commit_time, time = row
    return Consumer(
        number=number,
        name=name,
        holder=holder,
        wants=DecisionFilter(frozenset(countries), frozenset(sources)),
        create_time=created,
        start=FeedPlace(start, start_time) if start else BEGINNING,
        acknowledged=FeedPlace(acknowledged, commit_time) if acknowledged else BEGINNING,
        acknowledge_time=time,
    )


def _since(consumer: Consumer, commit_time: datetime) -> datetime:
    return max(consumer.create_time, commit_time)

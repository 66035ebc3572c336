"""The reading side of the feed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

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
from resolver.store.decision_rows import decision_from_text

Rows = Callable[[str, list[Any]], list[tuple[Any, ...]]]

WANTED: Final = """
m.sequence > $1 AND m.sequence <= $2 AND (len($3) = 0 OR m.kind IN (SELECT unnest($3)))
  AND (len($4) = 0 OR list_has_any(m.countries, $4)) AND (len($5) = 0 OR list_has_any(m.sources, $5))
"""
"""What a filter asks for of `feed_marks m` after $1 and up to $2; see `parameters`."""

_PLACE: Final = "SELECT sequence, commit_time FROM decisions WHERE sequence = ?"
_NEWEST: Final = "SELECT sequence, commit_time FROM decisions ORDER BY sequence DESC LIMIT 1"
_EVENTS: Final = """
SELECT d.sequence, d.commit_time, d.body, m.countries, m.sources
FROM decisions d JOIN feed_marks m ON m.sequence = d.sequence
WHERE d.sequence > $1 AND d.sequence <= $2 AND m.sequence > $1 AND m.sequence <= $2 ORDER BY d.sequence
"""
_ALL: Final = "SELECT sequence, commit_time, body FROM decisions WHERE sequence > ? AND sequence <= ? ORDER BY sequence"
# The narrow table says which, so that bodies are read of those alone.
_SOME: Final = f"""
WITH wanted AS (SELECT m.sequence FROM feed_marks m WHERE {WANTED} ORDER BY m.sequence LIMIT $6)
SELECT d.sequence, d.commit_time, d.body FROM decisions d JOIN wanted w ON w.sequence = d.sequence
WHERE d.sequence > $1 AND d.sequence <= $2 ORDER BY d.sequence
"""  # noqa: S608 - a condition of this file
_LOOKED_THROUGH: Final = 20_000
"""Decisions that one query looks through at most, so that none takes long where little is wanted."""


class Feed:
    """Answers questions about the feed, with the queries of a reader."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def newest(self) -> FeedPlace:
        """The end of the feed."""
        rows = self._rows(_NEWEST, [])
        return FeedPlace(*rows[0]) if rows else BEGINNING

    def place(self, sequence: int) -> FeedPlace | None:
        """The place after a decision; None where there is no such decision."""
        if sequence == 0:
            return BEGINNING
        rows = self._rows(_PLACE, [sequence])
        return FeedPlace(*rows[0]) if rows else None

    def events(self, after: int, limit: int) -> list[FeedEvent]:
        """The next decisions after a place, with whose records they concern."""
        return [
            FeedEvent(decision_from_text(*row), frozenset(countries), frozenset(sources))
            for *row, countries, sources in self._rows(_EVENTS, [after, after + limit])
        ]

    def stretch(self, after: FeedPlace, until: int, which: DecisionFilter, limit: int) -> Stretch:
        """The wanted decisions after a place: at most `limit`, none after `until`, which must be committed."""
        if which == EVERYTHING:
            last = min(after.sequence + limit, until)
            found = self._decisions(_ALL, [after.sequence, last])
        else:
            last = min(after.sequence + _LOOKED_THROUGH, until)
            found = self._decisions(_SOME, [after.sequence, last, *parameters(which), limit])
        if found and (len(found) == limit or found[-1].sequence == last):
            return Stretch(found, place_after(found[-1]))
        # Nothing more is wanted up to the end of the part that was looked through.
        return Stretch(found, self.place(last) or after)

    def _decisions(self, query: str, values: list[Any]) -> tuple[Decision, ...]:
        return tuple(decision_from_text(*row) for row in self._rows(query, values))


def parameters(which: DecisionFilter) -> tuple[list[int], list[str], list[str]]:
    """The parameters of `WANTED` that a filter gives, from the third on."""
    return sorted(kind.value for kind in which.kinds), sorted(which.countries), sorted(which.sources)

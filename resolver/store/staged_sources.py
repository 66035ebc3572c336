"""The reading side of staged sources."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from resolver.domain.marking import Marking
from resolver.domain.staged import StagedSource
from resolver.store.markings import marking_from_text
from resolver.store.sight import Rows

_SOURCES: Final = """
SELECT s.number, s.create_time, s.whole, count(r.payload), count(r.record_number)
FROM staged_sources s JOIN staged_records r ON r.source = s.number
WHERE ($1 = 0 OR s.number = $1) AND ($2 = 0 OR s.number < $2) GROUP BY ALL ORDER BY s.number DESC LIMIT $3
"""
_WAITING: Final = """
SELECT place, payload FROM staged_records WHERE source = ? AND payload IS NOT NULL ORDER BY place LIMIT ?
"""
# Who is there already stays as it is.
_MARKINGS: Final = """
SELECT s.name, s.marking FROM staged_records s LEFT JOIN records r ON r.name = s.name
WHERE s.source = $1 AND s.payload IS NOT NULL AND s.name IN (SELECT unnest($2))
  AND (r.number IS NULL OR r.withdrawn) AND s.marking <> ''
"""


class StagedSources:
    """Answers questions about staged sources, with the queries of a reader."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def source(self, number: int) -> StagedSource | None:
        """A source of which something is left."""
        return next(iter(self._found(number, 0, 1)), None) if number > 0 else None

    def sources(self, below: int, limit: int) -> list[StagedSource]:
        """Those of which something is left, with numbers below `below` (0: all), in an order of their own."""
        return self._found(0, below, limit)

    def waiting(self, number: int, limit: int) -> list[tuple[int, bytes]]:
        """The next records of a source to be brought in, as they were sent, by their places."""
        return [(place, bytes(payload)) for place, payload in self._rows(_WAITING, [number, limit])]

    def markings(self, number: int, names: Collection[str]) -> dict[str, Marking]:
        """What records among `names` state that a source would bring in, of those that state anything."""
        rows = self._rows(_MARKINGS, [number, list(names)]) if number else []
        return {name: marking_from_text(text) for name, text in rows}

    def _found(self, number: int, below: int, limit: int) -> list[StagedSource]:
        return [StagedSource(*row) for row in self._rows(_SOURCES, [number, below, limit])]

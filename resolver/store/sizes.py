"""How large the store is and how much waits for people: for those who watch it, asked now and then."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from resolver.domain.decision import ReviewReason
from resolver.store.database import Database
from resolver.store.feed_rows import ALL_MARKS

_PATH = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
_ROWS = "SELECT table_name, estimated_size FROM duckdb_tables() WHERE database_name = current_database()"
_OPEN_TASKS = "SELECT reason, count(*) FROM review_tasks WHERE closed_by IS NULL GROUP BY reason"
_MEMORY = "SELECT coalesce(sum(memory_usage_bytes), 0), coalesce(sum(temporary_storage_bytes), 0) FROM duckdb_memory()"
_CONSUMERS = "SELECT name, acknowledged FROM consumers ORDER BY acknowledged, name LIMIT ?"
_OUTSTANDING = f"""
SELECT c.name, count(*), greatest(min(d.commit_time), min(c.create_time))
FROM (SELECT * FROM consumers ORDER BY acknowledged, name LIMIT ?) c
JOIN (SELECT * FROM {ALL_MARKS} WHERE must_undo) m ON m.sequence > c.acknowledged
JOIN decisions d ON d.sequence = m.sequence
WHERE (len(c.countries) = 0 OR list_has_any(m.countries, c.countries))
  AND (len(c.sources) = 0 OR list_has_any(m.sources, c.sources))
GROUP BY c.name
"""  # noqa: S608 - a part of queries
_HEAD = "SELECT coalesce(max(sequence), 0) FROM decisions"

MOST_CONSUMERS = 100
"""Consumers of which the lag is told: those that are furthest behind."""


@dataclass(frozen=True, slots=True)
class StoreSizes:
    """Bytes of the file and of its write-ahead log, 0 for a store in memory; bytes that DuckDB holds and has spilled.

    Rows by table as the catalogue tells them, deleted ones included; open review tasks by reason; the newest place in
    the feed, and how many places each of the consumers furthest behind has not acknowledged, whether it wants them or
    not.
    """

    file_bytes: int
    log_bytes: int
    memory_bytes: int
    spilled_bytes: int
    rows: Mapping[str, int]
    open_tasks: Mapping[ReviewReason, int]
    head: int
    lag: Mapping[str, int]
    outstanding: Mapping[str, tuple[int, datetime]]
    """Of the same consumers those that have something to carry out: how many decisions, and since when, UTC."""


class Sizes:
    """Measures on a cursor of its own, from any thread, one at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = Lock()

    def measure(self) -> StoreSizes:
        """Measures now: a few milliseconds."""
        with self._turn, self._database.gate.shared(), closing(self._database.cursor()) as cursor:
            (path,) = cursor.execute(_PATH).fetchall()[0]
            rows = dict(cursor.execute(_ROWS).fetchall())
            tasks = {ReviewReason(reason): count for reason, count in cursor.execute(_OPEN_TASKS).fetchall()}
            ((memory, spilled),) = cursor.execute(_MEMORY).fetchall()
            (head,) = cursor.execute(_HEAD).fetchall()[0]
            consumers = dict(cursor.execute(_CONSUMERS, [MOST_CONSUMERS]).fetchall())
            found = cursor.execute(_OUTSTANDING, [MOST_CONSUMERS]).fetchall()
        outstanding = {name: (count, since) for name, count, since in found}
        lag = {name: head - acknowledged for name, acknowledged in consumers.items()}
        log = _bytes(path and f"{path}.wal")
        return StoreSizes(_bytes(path), log, int(memory), int(spilled), rows, tasks, head, lag, outstanding)


def _bytes(path: str | None) -> int:
    try:
        return Path(path).stat().st_size if path else 0
    except FileNotFoundError:
        return 0

"""The writing side of the list of consumers, within the writer's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import duckdb

from resolver.domain.consumer import Consumer
from resolver.domain.handling import Viewer
from resolver.store import told
from resolver.store.consumers import NAMED, consumer_from_row
from resolver.store.feed import WANTED, wanted
from resolver.store.feed_rows import ALL_MARKS, OWNED
from resolver.store.sight import Sights

_NEXT: Final = "SELECT coalesce(max(number), 0) + 1 FROM consumers"
_DELETE: Final = "DELETE FROM consumers WHERE number = ?"
_INSERT: Final = "INSERT INTO consumers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MUST_UNDO: Final = f"SELECT count(*) FROM {{marks}} m WHERE {WANTED} AND m.must_undo"  # noqa: S608 - of the store
_ANYBODYS: Final = f"""
({ALL_MARKS}
UNION ALL SELECT sequence, kind, must_undo, {OWNED} FROM told_decisions)
"""  # noqa: S608 - parts of queries
_ACKNOWLEDGED: Final = "INSERT INTO acknowledgements VALUES (?, ?, ?)"
_ENDLESS: Final = 2**62
"""A place that no feed reaches."""
_FORGET: Final = "DELETE FROM acknowledgements WHERE consumer_number = ?"


class ConsumerRows:
    """Statements of the one writer on its own connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def named(self, name: str) -> Consumer | None:
        """The consumer of a name."""
        rows = self._connection.execute(NAMED, [name]).fetchall()
        return consumer_from_row(rows[0]) if rows else None

    def next_number(self) -> int:
        """The number of the next consumer."""
        return int(self._connection.execute(_NEXT).fetchall()[0][0])

    def outstanding(self, consumer: Consumer, viewer: Viewer | None) -> int:
        """How many decisions that a viewer is told the consumer must carry out, and has not acknowledged."""
        span = wanted(consumer.wants, consumer.acknowledged.sequence, _ENDLESS)
        if viewer is None:
            return self._count(ALL_MARKS, span)
        # Nothing is kept of what is learnt within a transaction, which may be undone.
        sights = Sights(lambda query, values: self._connection.execute(query, values).fetchall())
        sights.learn()
        return self._count(told.FEED_MARKS, sights.of(viewer).told(**span))

    def has_to_undo(self, consumer: Consumer, until: int) -> bool:
        """Whether anybody was told to undo something, of what the consumer has not acknowledged, up to a place.

        Not only those who see what the consumer does: when it was acknowledged is shown to all who were told.
        """
        return self._count(_ANYBODYS, wanted(consumer.wants, consumer.acknowledged.sequence, until)) > 0

    def write(self, consumer: Consumer) -> None:
        """Enters a consumer, or replaces the one of its number."""
        self._connection.execute(_DELETE, [consumer.number])
        row = [
            consumer.number,
            consumer.name,
            consumer.holder,
            sorted(consumer.wants.countries),
            sorted(consumer.wants.sources),
            consumer.create_time,
            consumer.start.sequence,
            consumer.start.commit_time,
            consumer.acknowledged.sequence,
            consumer.acknowledged.commit_time,
            consumer.acknowledge_time,
        ]
        self._connection.execute(_INSERT, row)

    def write_acknowledgement(self, consumer: Consumer) -> None:
        """Keeps when a consumer acknowledged up to where it is now."""
        row = [consumer.number, consumer.acknowledged.sequence, consumer.acknowledge_time]
        self._connection.execute(_ACKNOWLEDGED, row)

    def delete(self, consumer: Consumer) -> None:
        """Deletes a consumer with all that it acknowledged."""
        self._connection.execute(_DELETE, [consumer.number])
        self._connection.execute(_FORGET, [consumer.number])

    def _count(self, marks: str, values: Mapping[str, object]) -> int:
        return int(self._connection.execute(_MUST_UNDO.format(marks=marks), values).fetchall()[0][0])

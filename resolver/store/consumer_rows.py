"""The writing side of the list of consumers, within the writer's transaction."""

from __future__ import annotations

from typing import Final

import duckdb

from resolver.domain.consumer import Consumer
from resolver.store.consumers import NAMED, consumer_from_row
from resolver.store.feed import WANTED, parameters

_NEXT: Final = "SELECT coalesce(max(number), 0) + 1 FROM consumers"
_DELETE: Final = "DELETE FROM consumers WHERE number = ?"
_INSERT: Final = "INSERT INTO consumers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MUST_UNDO: Final = f"SELECT count(*) FROM feed_marks m WHERE {WANTED} AND m.must_undo"  # noqa: S608 - of the store
_ACKNOWLEDGED: Final = "INSERT INTO acknowledgements VALUES (?, ?, ?)"
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

    def must_undo(self, consumer: Consumer, until: int) -> int:
        """How many decisions the consumer must carry out, after what it has acknowledged and up to a place."""
        values = [consumer.acknowledged.sequence, until, *parameters(consumer.wants)]
        return int(self._connection.execute(_MUST_UNDO, values).fetchall()[0][0])

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

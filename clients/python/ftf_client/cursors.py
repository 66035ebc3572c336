"""Where a follower keeps how far it has come: in the caller's own store, together with what the caller made of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class CursorStore(Protocol):
    """Keeps one cursor. What the handler stores and the cursor must become durable together, or not at all."""

    def load(self) -> str:
        """The cursor that was kept last, to continue after; empty: from the beginning."""
        ...

    def keeping(self, cursor: str) -> AbstractContextManager[None]:
        """A transaction in which the handler runs, and which keeps the cursor with it.

        When the block raises, neither what it stored nor the cursor may remain: then the decision comes again.
        """
        ...


class SqliteCursors:
    """Keeps cursors in a table of a SQLite database, in the transaction of what the handler writes to it."""

    def __init__(self, database: sqlite3.Connection, name: str = "feed") -> None:
        """`name` tells apart the feeds that one database follows. Makes the table `ftf_cursors` when it is absent."""
        self._database = database
        self._name = name
        with database:
            database.execute("CREATE TABLE IF NOT EXISTS ftf_cursors (name TEXT PRIMARY KEY, cursor TEXT NOT NULL)")

    def load(self) -> str:
        """The cursor that was kept last; empty at the beginning."""
        found = self._database.execute("SELECT cursor FROM ftf_cursors WHERE name = ?", (self._name,)).fetchone()
        return found[0] if found else ""

    @contextmanager
    def keeping(self, cursor: str) -> Iterator[None]:
        """One transaction; the handler must neither commit nor roll back."""
        with self._database:
            yield
            self._database.execute(
                "INSERT INTO ftf_cursors VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor",
                (self._name, cursor),
            )

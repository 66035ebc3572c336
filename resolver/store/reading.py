"""How the store is read: each thread on a cursor of its own, and as one viewer sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, get_ident
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from resolver.domain.handling import Viewer
from resolver.store.database import Database
from resolver.store.faults import storage_faults
from resolver.store.sight import Sight, Sights, Values

_T = TypeVar("_T")


class Reading:
    """Runs queries of any thread on what is committed. All calls block."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cursors: dict[int, duckdb.DuckDBPyConnection] = {}
        self._snapshots: dict[int, dict[Viewer, Sight]] = {}
        self._guarded = Event()
        self._guarded.set()
        self.sights = Sights(self.rows)

    def guarded_when(self, guarded: Event) -> None:
        """Takes the sign that is set before the first guard is committed; without one there may be guards."""
        self._guarded = guarded

    @property
    def guarded(self) -> bool:
        """Whether there may be records that not everybody sees; what was read before it is True has none."""
        return self._guarded.is_set()

    def rows(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with storage_faults(), self._database.gate.shared():
            return self.cursor().execute(query, values).fetchall()

    def named_rows(self, query: str, values: Values) -> list[dict[str, Any]]:
        """The rows of a query by the names of its columns."""
        with storage_faults(), self._database.gate.shared():
            result = self.cursor().execute(query, values)
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def table(self, query: str, values: Values) -> pa.Table:
        """The rows of a query as Arrow has them."""
        with storage_faults(), self._database.gate.shared():
            return self.cursor().execute(query, values).to_arrow_table()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Lets all queries of the block see one state of the store, that of the outermost block."""
        thread = get_ident()
        if thread in self._snapshots:
            yield
            return
        with self._database.gate.shared():
            cursor = self.cursor()
            cursor.begin()
            self._snapshots[thread] = {}
            try:
                yield
            finally:
                del self._snapshots[thread]
                cursor.rollback()

    def seen_by(self, viewer: Viewer | None, read: Callable[[Sight | None], _T]) -> _T:
        """What `read` finds within what a viewer sees; it is given None where that is everything.

        Everything is seen by who is no viewer, and by all in a store that never had a guard.
        """
        if viewer is None or not self.guarded:
            found = read(None)
            # The first guard may have come meanwhile.
            if viewer is None or not self.guarded:
                return found
        with self.snapshot():
            return read(self._sight(viewer))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """The cursor of this thread."""
        thread = get_ident()
        if thread not in self._cursors:
            self._cursors[thread] = self._database.cursor()
        return self._cursors[thread]

    def interrupt(self, thread: int) -> None:
        """Stops the query that a thread (`threading.get_ident`) runs now; its call raises."""
        cursor = self._cursors.get(thread)
        if cursor is not None:
            cursor.interrupt()

    def open_cursors(self) -> int:
        """How many cursors are open, one for each thread that ever read."""
        return len(self._cursors)

    def close(self) -> None:
        """Closes all cursors. No call may be running."""
        for cursor in self._cursors.values():
            cursor.close()
        self._cursors.clear()

    def _sight(self, viewer: Viewer) -> Sight:
        """The sight of a viewer, looked up once in each snapshot."""
        known = self._snapshots[get_ident()]
        if viewer not in known:
            self.sights.learn()
            known[viewer] = self.sights.of(viewer)
        return known[viewer]

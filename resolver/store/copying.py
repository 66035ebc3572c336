"""A consistent copy of an open store, made while it is written to.

The copy is a DuckDB of its own: one that cannot write its file on a full disk refuses everything from then on, and that
must not be the store that serves.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa

from resolver.domain.errors import BackupRefused, ErrorReason
from resolver.store.attaching import STORE, connect
from resolver.store.faults import storage_faults
from resolver.store.keys import StoreKey
from resolver.store.log_file import log_of

_ROWS = 50_000
_OF_STORE = f"database_name = '{STORE}' AND NOT temporary"
_TABLES = f"SELECT table_name, sql FROM duckdb_tables() WHERE {_OF_STORE} ORDER BY table_oid"  # noqa: S608 - as above
_INDEXES = f"SELECT sql FROM duckdb_indexes() WHERE database_name = '{STORE}' AND sql IS NOT NULL"  # noqa: S608 - as above
_HEAD = "SELECT coalesce(max(sequence), 0) FROM decisions"


def copy_store(
    cursor: duckdb.DuckDBPyConnection, path: Path, key: StoreKey | None, given_up: Callable[[], bool] = lambda: False
) -> int:
    """Copies what is committed now to a new file at `path`, and gives the last place in the feed.

    `cursor` is a connection to the store that nobody else uses; what is committed meanwhile is not copied. Failed or
    given up, it leaves no file.

    Raises:
        StorageFull: there is no room for the copy.
        BackupRefused: the copy was given up.
        StoreError: no file can be written at `path`.
    """
    try:
        with storage_faults():
            head = _copy(cursor, path, key, given_up)
        make_durable(path)
    except BaseException:
        for left in (path, log_of(path)):
            left.unlink(missing_ok=True)
        raise
    return head


def _copy(cursor: duckdb.DuckDBPyConnection, path: Path, key: StoreKey | None, given_up: Callable[[], bool]) -> int:
    copy = connect(path, key)
    # What serves meanwhile needs the processors more.
    copy.execute("SET threads = 1")
    cursor.begin()
    try:
        (head,) = cursor.execute(_HEAD).fetchall()[0]
        for table, definition in cursor.execute(_TABLES).fetchall():
            copy.execute(definition)
            copy.begin()
            for rows in cursor.table(table).to_arrow_reader(_ROWS):
                if given_up():
                    raise BackupRefused(ErrorReason.SHUTTING_DOWN, "the service is stopping")
                copy.register("copied_rows", pa.Table.from_batches([rows]))
                copy.execute(f'INSERT INTO "{table}" SELECT * FROM copied_rows')  # noqa: S608 - a table of the store
                copy.unregister("copied_rows")
            copy.commit()
        for (definition,) in cursor.execute(_INDEXES).fetchall():
            copy.execute(definition)
        copy.execute("CHECKPOINT")
    finally:
        cursor.rollback()
        copy.close()
    return int(head)


def make_durable(path: Path) -> None:
    """Returns when the content of a file, and its name in its folder, outlive a power failure."""
    for place, flags in ((path, os.O_RDONLY), (path.parent, os.O_RDONLY | os.O_DIRECTORY)):
        descriptor = os.open(place, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

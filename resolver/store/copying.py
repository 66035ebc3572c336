"""A consistent copy of an open store, made while it is written to.

The copy is a DuckDB of its own: one that cannot write its file on a full disk refuses everything from then on, and that
must not be the store that serves.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from resolver.store.attaching import STORE, connect
from resolver.store.faults import storage_faults
from resolver.store.keys import StoreKey

_ROWS = 50_000
_OBJECTS = f"""
SELECT sql FROM duckdb_tables() WHERE database_name = '{STORE}' AND NOT temporary
UNION ALL
SELECT sql FROM duckdb_indexes() WHERE database_name = '{STORE}' AND sql IS NOT NULL
"""  # noqa: S608 - a name of this service
_TABLES = f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{STORE}' AND NOT temporary"  # noqa: S608 - as above
_HEAD = "SELECT coalesce(max(sequence), 0) FROM decisions"


def copy_store(cursor: duckdb.DuckDBPyConnection, path: Path, key: StoreKey | None) -> int:
    """Copies what is committed now to a new file at `path`, and gives the last place in the feed.

    `cursor` is a connection to the store that nobody else uses; what is committed meanwhile is not copied. Interrupted
    or failed, it leaves no file.

    Raises:
        StorageFull: there is no room for the copy.
    """
    try:
        with storage_faults():
            head = _copy(cursor, path, key)
        make_durable(path)
    except BaseException:
        for left in (path, path.with_name(f"{path.name}.wal")):
            left.unlink(missing_ok=True)
        raise
    return head


def _copy(cursor: duckdb.DuckDBPyConnection, path: Path, key: StoreKey | None) -> int:
    copy = connect(path, key)
    cursor.begin()
    try:
        (head,) = cursor.execute(_HEAD).fetchall()[0]
        for (statement,) in cursor.execute(_OBJECTS).fetchall():
            copy.execute(statement)
        for (table,) in cursor.execute(_TABLES).fetchall():
            rows = cursor.table(table).to_arrow_reader(_ROWS)
            copy.register("copied_rows", rows)
            copy.execute(f'INSERT INTO "{table}" SELECT * FROM copied_rows')  # noqa: S608 - a table of the store
            copy.unregister("copied_rows")
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

"""Writes the file of an open store anew, with nothing but what is in the store, and destroys the old one.

DuckDB only marks a deleted row, in a block that stays in use, and leaves the content of a freed block where it was
(ADR 28). So what was purged is gone from the file when another file stands in its place.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import duckdb

from resolver.domain.errors import BackupRefused, ErrorReason
from resolver.store.attaching import STORE, attach, connect, use
from resolver.store.copying import copy_store, make_durable
from resolver.store.database import Database
from resolver.store.log_file import log_of

_PATIENCE: Final = 30.0
"""Seconds that readers are waited for."""
_CHUNK: Final = 1 << 20
_PENDING: Final = """
SELECT coalesce(max(sequence), 0) > coalesce(
  (SELECT CAST(value AS BIGINT) FROM settings WHERE name = 'rewritten_after'), 0
) OR EXISTS (SELECT 1 FROM settings WHERE name = 'rewriting_asked') FROM purges
"""
_ASKED: Final = "INSERT OR REPLACE INTO settings VALUES ('rewriting_asked', 'yes')"
_DONE: Final = """
DELETE FROM settings WHERE name = 'rewriting_asked';
INSERT OR REPLACE INTO settings
SELECT 'rewritten_after', CAST(coalesce(max(sequence), 0) AS VARCHAR) FROM purges
"""

_log = logging.getLogger(__name__)


def needs_rewriting(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether something was purged, or dropped that was staged, since the file was written anew."""
    return bool(connection.execute(_PENDING).fetchall()[0][0])


def ask_for_rewriting(connection: duckdb.DuckDBPyConnection) -> None:
    """Notes, within a transaction, that something was taken out of which nothing may be left in the file."""
    connection.execute(_ASKED)


def rewrite(database: Database, given_up: Callable[[], bool] = lambda: False) -> bool:
    """Puts a fresh file in the place of the store's, of which nobody writes meanwhile; reads wait for a moment.

    False where the store is being copied or read for too long: it is as it was, and this may be tried again.

    Raises:
        StorageFull: there is no room for a second file; the store is as it was.
        StoreFailed, StoreError: the fresh file could not be opened; the store must be opened anew.
    """
    connection, path = database.connection, database.path
    if path is None:
        connection.execute(_DONE)
        return True
    if not database.copying.acquire(blocking=False):
        return False
    fresh = path.with_name(f"{path.name}.rewriting")
    try:
        fresh.unlink(missing_ok=True)
        with closing(database.cursor()) as cursor:
            copy_store(cursor, fresh, database.key, given_up)
        with closing(connect(fresh, database.key)) as copy:
            copy.execute(_DONE)
            copy.execute("CHECKPOINT")
        make_durable(fresh)
        with database.gate.alone(_PATIENCE) as alone:
            return alone and _exchange(database, path, fresh)
    except BackupRefused as error:
        if error.reason is ErrorReason.SHUTTING_DOWN:
            return False
        raise
    finally:
        for left in (fresh, log_of(fresh)):
            left.unlink(missing_ok=True)
        database.copying.release()


def _exchange(database: Database, path: Path, fresh: Path) -> bool:
    """Closes the file of the store and opens the fresh one under its name. Nobody else is at the store."""
    connection, old = database.connection, _old_of(path)
    # DuckDB makes no checkpoint while anybody reads.
    connection.execute("CHECKPOINT")
    connection.execute("USE memory")
    connection.execute(f"DETACH {STORE}")
    try:
        if log_of(path).exists():
            # What is in it is not in the file: it must not be read with another one.
            return False
        destroy(old)
        with suppress(OSError):
            # Not every file system has links; without one the old file is removed, and not overwritten.
            os.link(path, old)
        fresh.replace(path)
        make_durable(path)
    finally:
        attach(connection, path, database.key, STORE)
        use(connection)
    destroy(old)
    return True


def _old_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.purged")


def destroy_left(path: Path | None) -> None:
    """Destroys what an exchange that was interrupted left of an old file."""
    if path is not None:
        destroy(_old_of(path))


def destroy(path: Path) -> None:
    """Overwrites a file and removes it; one that has another name as well only loses this one.

    On a disk that writes elsewhere than it is told to, its blocks may outlive it.
    """
    if not path.exists():
        return
    if path.stat().st_nlink > 1:
        path.unlink()
        return
    with path.open("r+b", buffering=0) as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(bytes(min(left, _CHUNK)))
        os.fsync(file.fileno())
    path.unlink()
    _log.info("the old file of the store was overwritten and removed")

"""A store that is filled beside the place where it shall be, and stands there whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from resolver.domain.errors import ErrorReason, StoreError, StoreFailed
from resolver.store.attaching import connect
from resolver.store.backups import refuse_broken
from resolver.store.copying import copy_store, make_durable
from resolver.store.database import open_database
from resolver.store.faults import storage_faults
from resolver.store.keys import StoreKey
from resolver.store.log_file import log_of, logs_of

_HELD = """
SELECT (SELECT count(*) FROM records) + (SELECT count(*) FROM decisions) + (SELECT count(*) FROM staged_records)
"""


@contextmanager
def new_store(path: Path, key: StoreKey | None) -> Iterator[Path]:
    """Where to fill a store within the block, and to close it; at its end it is checked, made durable and put in place.

    A store without records that is at `path` gives its names, its consumers and its audit log, and nobody can open it
    meanwhile. After an error nothing has changed at `path`; what a killed process left beside it is removed by the next
    one.

    Raises:
        StoreError: there is a store with records at `path`, or it is in use or of another key; or another process
            fills one.
        StorageFull, StoreFailed: there is no room.
    """
    unfinished = path.with_name(f"{path.name}.loading")
    if not path.absolute().parent.is_dir():
        raise StoreError(f"the folder of {path.name} does not exist")
    _discard(unfinished)
    existing = _without_records(path, key)
    try:
        if existing is not None:
            copy_store(existing, unfinished, key)
        with storage_faults():
            yield unfinished
            _write_log(unfinished, key)
            refuse_broken(unfinished, key)
            make_durable(unfinished)
            _put(unfinished, path, replace=existing is not None)
    finally:
        _remove(unfinished)
        if existing is not None:
            existing.close()


def _write_log(unfinished: Path, key: StoreKey | None) -> None:
    """Writes the log into the file: DuckDB leaves it beside without a word where closing found no room for that."""
    connection = connect(unfinished, key)
    try:
        connection.execute("CHECKPOINT")
    finally:
        connection.close()
    if log_of(unfinished).exists():
        raise StoreFailed(ErrorReason.STORE_FAILED, "the log of the store could not be written into its file")


def _without_records(path: Path, key: StoreKey | None) -> duckdb.DuckDBPyConnection | None:
    """The store at `path`, open to be read, so that nobody writes to it; None where there is none."""
    if not path.exists() and not log_of(path).exists():
        return None
    database = open_database(path, key)
    (held,) = database.connection.execute(_HELD).fetchall()[0]
    database.connection.close()
    if held:
        raise StoreError(
            f"{path.name} holds records, and a whole holding is loaded into an empty store only;"
            " `resolver import` sends further records to the server of this one"
        )
    return connect(path, key, read_only=True)


def _discard(unfinished: Path) -> None:
    """Removes what a process left that was killed."""
    if unfinished.exists():
        with unfinished.open("r+b") as file:
            try:
                # DuckDB holds the same lock for as long as it has the file open.
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StoreError(f"{unfinished.name} is being filled by another process") from None
    _remove(unfinished)


def _remove(unfinished: Path) -> None:
    for left in (unfinished, *logs_of(unfinished)):
        left.unlink(missing_ok=True)
    # What DuckDB spilled, as `attaching.connect` says where.
    shutil.rmtree(f"{unfinished}.tmp", ignore_errors=True)


def _put(unfinished: Path, path: Path, *, replace: bool) -> None:
    if replace:
        unfinished.replace(path)
    else:
        try:
            # Unlike a renaming, this never takes the place of a store that came meanwhile.
            os.link(unfinished, path)
        except FileExistsError:
            raise StoreError(f"{path.name} was made by another process meanwhile, and was left as it is") from None
    make_durable(path)

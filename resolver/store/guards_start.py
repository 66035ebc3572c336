"""Gives the records of earlier versions their guards when a store is opened: their payloads say who may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import duckdb
import pyarrow as pa

from resolver.domain.errors import StoreError
from resolver.domain.handling import Guard
from resolver.store.arrow import arrow_table, registered
from resolver.store.guards import UNGUARDED, Guards

ReadGuard = Callable[[bytes], Guard | None]
"""What stands before a record by its payload."""

_UNREAD: Final = "SELECT count(*) FROM record_versions WHERE guard IS NULL"
_PAYLOADS: Final = "SELECT number, version, payload FROM record_versions WHERE guard IS NULL AND NOT withdrawn"
_AT_ONCE: Final = 10_000
_FOUND: Final = pa.schema([("number", pa.int64()), ("version", pa.int32()), ("guard", pa.int32())])
_FILLING: Final = (
    """UPDATE record_versions SET guard = f.guard FROM found_guards f
WHERE record_versions.number = f.number AND record_versions.version = f.version""",
    f"UPDATE record_versions SET guard = {UNGUARDED} WHERE guard IS NULL AND NOT withdrawn",  # noqa: S608 - a constant
    # What is withdrawn was there in the version before.
    """UPDATE record_versions SET guard = b.guard FROM record_versions b
WHERE record_versions.guard IS NULL
  AND b.number = record_versions.number AND b.version = record_versions.version - 1""",
    """UPDATE records SET guard = v.guard FROM record_versions v
WHERE records.guard IS NULL AND v.number = records.number AND v.version = records.version""",
)


def give_guards(connection: duckdb.DuckDBPyConnection, read: ReadGuard | None) -> None:
    """Looks, once, into the payloads that nobody has looked into.

    Raises:
        StoreError: there are such, and nobody to read them, so that it is not known who may see what; closed.
    """
    if connection.execute(_UNREAD).fetchall() == [(0,)]:
        return
    if read is None:
        connection.close()
        raise StoreError(
            "the store is of an earlier version, whose records nobody looked into; `resolver serve` does so"
        )
    found = list(_guarded(connection, read))
    connection.begin()
    try:
        guards = Guards(connection)
        rows = [(number, version, guards.number(guard)) for number, version, guard in found]
        with registered(connection, "found_guards", arrow_table(_FOUND, rows)):
            for statement in _FILLING:
                connection.execute(statement)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _guarded(connection: duckdb.DuckDBPyConnection, read: ReadGuard) -> Iterator[tuple[int, int, Guard]]:
    """Number, version and guard of the versions that have one; there are few different ones, and each is kept once."""
    kept: dict[Guard, Guard] = {}
    for batch in connection.execute(_PAYLOADS).to_arrow_reader(_AT_ONCE):
        for number, version, payload in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            guard = read(payload)
            if guard is not None:
                yield number, version, kept.setdefault(guard, guard)

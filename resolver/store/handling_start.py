"""Gives the records of earlier versions their guards and markings when a store is opened: their payloads state both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import duckdb
import pyarrow as pa

from resolver.domain.errors import StoreError
from resolver.domain.handling import Guard
from resolver.domain.marking import Marked
from resolver.store.arrow import arrow_table, registered
from resolver.store.guards import UNGUARDED, Guards
from resolver.store.markings import marking_to_text

ReadHandling = Callable[[bytes], Marked]
"""What stands before a record, and its marking, by its payload."""

_UNREAD: Final = """
SELECT (SELECT count(*) FROM record_versions WHERE guard IS NULL) + (SELECT count(*) FROM records WHERE marking IS NULL)
  + (SELECT count(*) FROM staged_records WHERE marking IS NULL)
"""
# What is withdrawn was there in the version before, and stays marked as that says.
_MARKING: Final = "r.marking IS NULL AND v.version = r.version - CAST(r.withdrawn AS INTEGER)"
_PAYLOADS: Final = f"""
SELECT v.number, v.version, v.payload FROM record_versions v JOIN records r ON r.number = v.number
WHERE NOT v.withdrawn AND (v.guard IS NULL OR ({_MARKING}))
"""  # noqa: S608 - a condition of this file
_STAGED_PAYLOADS: Final = """
SELECT source, place, payload FROM staged_records WHERE marking IS NULL AND payload IS NOT NULL
"""
_AT_ONCE: Final = 10_000
_FOUND: Final = pa.schema(
    [("number", pa.int64()), ("version", pa.int32()), ("guard", pa.int32()), ("marking", pa.string())]
)
_STAGED_FOUND: Final = pa.schema([("source", pa.int64()), ("place", pa.int64()), ("marking", pa.string())])
_FILLING: Final = (
    """UPDATE record_versions SET guard = f.guard FROM found_handling f
WHERE record_versions.number = f.number AND record_versions.version = f.version AND record_versions.guard IS NULL""",
    f"UPDATE record_versions SET guard = {UNGUARDED} WHERE guard IS NULL AND NOT withdrawn",  # noqa: S608 - a constant
    """UPDATE record_versions SET guard = b.guard FROM record_versions b
WHERE record_versions.guard IS NULL
  AND b.number = record_versions.number AND b.version = record_versions.version - 1""",
    """UPDATE records SET guard = v.guard FROM record_versions v
WHERE records.guard IS NULL AND v.number = records.number AND v.version = records.version""",
    f"""UPDATE records SET marking = found.marking FROM (
  SELECT r.number, v.marking FROM found_handling v JOIN records r ON r.number = v.number WHERE {_MARKING}
) found WHERE records.number = found.number""",  # noqa: S608 - a condition of this file
    "UPDATE records SET marking = '' WHERE marking IS NULL",
    """UPDATE staged_records SET marking = f.marking FROM found_staged f
WHERE staged_records.source = f.source AND staged_records.place = f.place""",
    "UPDATE staged_records SET marking = '' WHERE marking IS NULL",
)


def give_handling(connection: duckdb.DuckDBPyConnection, read: ReadHandling | None) -> None:
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
    found = list(_read(connection, _PAYLOADS, read))
    staged = [(*where, text) for *where, _, text in _read(connection, _STAGED_PAYLOADS, read)]
    connection.begin()
    try:
        guards = Guards(connection)
        rows = [(number, version, guards.number(guard), text) for number, version, guard, text in found]
        with (
            registered(connection, "found_handling", arrow_table(_FOUND, rows)),
            registered(connection, "found_staged", arrow_table(_STAGED_FOUND, staged)),
        ):
            for statement in _FILLING:
                connection.execute(statement)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _read(
    connection: duckdb.DuckDBPyConnection, payloads: str, read: ReadHandling
) -> Iterator[tuple[int, int, Guard | None, str]]:
    """Two numbers, then guard and marking of those payloads that state any; there are few different ones, kept once."""
    kept: dict[Marked, tuple[Guard | None, str]] = {}
    for batch in connection.execute(payloads).to_arrow_reader(_AT_ONCE):
        for one, other, payload in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            handling = read(payload)
            guard, text = kept.setdefault(handling, (handling.guard, marking_to_text(handling.marking)))
            if guard is not None or text:
                yield one, other, guard, text

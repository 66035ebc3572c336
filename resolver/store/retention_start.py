"""Brings the retention of a store up to a policy when it is opened: of older records, and after the policy changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb

from resolver.domain.errors import StoreError
from resolver.domain.record import source_of
from resolver.domain.retention import Dates, Kept, Stated
from resolver.retention.policy import RetentionPolicy
from resolver.store.arrow import arrow_table
from resolver.store.attaching import connect
from resolver.store.keys import StoreKey
from resolver.store.retention_rows import RETENTION, kept_from_row, row_from_kept

ReadStated = Callable[[bytes], Stated]
"""What the payload of a record states of its retention."""

_BOUND: Final = "SELECT value FROM settings WHERE name = 'retention_policy'"
_BIND: Final = "INSERT OR REPLACE INTO settings VALUES ('retention_policy', ?)"
_UNREAD: Final = """
SELECT t.record_number, v.payload FROM retention t JOIN record_versions v ON v.number = t.record_number
WHERE t.record_class IS NULL AND NOT v.withdrawn
QUALIFY row_number() OVER (PARTITION BY t.record_number ORDER BY v.version DESC) = 1
"""
_ALL: Final = f"""
SELECT r.name, {", ".join(f"t.{name}" for name in RETENTION.names)}
FROM retention t JOIN records r ON r.number = t.record_number ORDER BY t.record_number
"""  # noqa: S608 - of the schema


def bring_up(connection: duckdb.DuckDBPyConnection, policy: RetentionPolicy, stated: ReadStated | None) -> None:
    """Gives every record the dates of a policy, where they are not; and reads what older payloads state.

    With `stated` None that is not looked for, and stays to be done.
    """
    found = _read(connection, stated)
    if not found and connection.execute(_BOUND).fetchall() == [(policy.fingerprint(),)]:
        return
    rows = [_row(kept, never_read=never_read) for _, kept, never_read in _renewed(connection, policy, found)]
    connection.register("renewed_retention", arrow_table(RETENTION, rows))
    connection.begin()
    try:
        connection.execute("DELETE FROM retention")
        connection.execute("INSERT INTO retention SELECT * FROM renewed_retention")
        connection.execute(_BIND, [policy.fingerprint()])
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.unregister("renewed_retention")
    connection.commit()


def expired_in(
    path: Path, key: StoreKey | None, policy: RetentionPolicy, stated: ReadStated, today: date
) -> list[tuple[str, Dates]]:
    """Names and dates of the records that a sweep by a policy would purge; the file is only read.

    Raises:
        StoreError: it is not a store of this version, in use, or of another key.
    """
    with closing(connect(path, key, read_only=True)) as connection:
        try:
            found = _read(connection, stated)
            rows = [(name, kept.dates) for name, kept, _ in _renewed(connection, policy, found)]
        except duckdb.Error:
            raise StoreError(f"{path.name} is not a store of this version; `resolver serve` brings one up") from None
    return [(name, dates) for name, dates in rows if dates.expiry < today]


def _read(connection: duckdb.DuckDBPyConnection, stated: ReadStated | None) -> dict[int, Stated]:
    """What payloads state that nobody has looked into yet, by the numbers of their records."""
    if stated is None:
        return {}
    return {number: stated(bytes(payload)) for number, payload in connection.execute(_UNREAD).fetchall()}


def _renewed(
    connection: duckdb.DuckDBPyConnection, policy: RetentionPolicy, found: Mapping[int, Stated]
) -> Iterator[tuple[str, Kept, bool]]:
    """Every record's name, its retention by a policy, and whether nobody has looked into its payload yet."""
    for name, *row in connection.execute(_ALL).fetchall():
        kept, source = kept_from_row(row), source_of(name)
        if kept.number in found:
            kept = policy.kept(kept.number, source, found[kept.number], kept.since, None)
        yield name, policy.renewed(kept, source), row[1] is None and kept.number not in found


def _row(kept: Kept, *, never_read: bool) -> tuple[Any, ...]:
    number, stated_class, *rest = row_from_kept(kept)
    return number, None if never_read else stated_class, *rest

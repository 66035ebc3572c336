"""Brings the retention of a store up to a policy when it is opened: of older records, and after the policy changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import duckdb

from resolver.domain.record import source_of
from resolver.domain.retention import Stated
from resolver.retention.policy import RetentionPolicy
from resolver.store.arrow import arrow_table
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
    unread = [] if stated is None else connection.execute(_UNREAD).fetchall()
    if not unread and connection.execute(_BOUND).fetchall() == [(policy.fingerprint(),)]:
        return
    found = {} if stated is None else {number: stated(bytes(payload)) for number, payload in unread}
    rows = []
    for name, *row in connection.execute(_ALL).fetchall():
        kept, source = kept_from_row(row), source_of(name)
        if kept.number in found:
            kept = policy.kept(kept.number, source, found[kept.number], kept.since, None)
        written = row_from_kept(policy.renewed(kept, source))
        never_read = row[1] is None and kept.number not in found
        rows.append((written[0], None, *written[2:]) if never_read else written)
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

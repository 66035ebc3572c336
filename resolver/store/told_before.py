"""What viewers were told of records, read back from what is written.

It follows from what is there (see `identity.visible_part`), but while another model or policy takes over it was told by
the one before.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import duckdb

from resolver.domain.decision import ReviewReason
from resolver.domain.handling import Viewer
from resolver.identity.neighbourhood import Task
from resolver.identity.partition import Pair
from resolver.identity.visible_part import ToldBefore
from resolver.store import told
from resolver.store.audiences import Audiences

_IDENTITIES: Final = f"""
SELECT record_number, arg_max(identity_number, 2 * sequence + begins::INTEGER) AS identity_number FROM (
  SELECT record_number, coalesce(identity_number, 0) AS identity_number, sequence, begins FROM {told.MOVES}
) WHERE record_number IN (SELECT unnest($records)) GROUP BY record_number HAVING identity_number > 0
"""  # noqa: S608 - a query of this service, here and below
_TASKS: Final = f"""
SELECT identity_low, identity_high, reason, left_number, right_number, match_weight FROM {told.OPEN_TASKS}
WHERE identity_low IN (SELECT unnest($identities)) OR identity_high IN (SELECT unnest($identities))
"""
# Whoever was ever in one identity for somebody: more than need be, but all that have to be looked at together.
_FELLOWS: Final = """
WITH stay AS (
  SELECT record_number, identity_number FROM memberships UNION
  SELECT record_number, identity_number FROM told_moves WHERE identity_number IS NOT NULL
)
SELECT DISTINCT mine.record_number, theirs.record_number FROM stay mine JOIN stay theirs USING (identity_number)
WHERE mine.record_number IN (SELECT unnest(?))
"""


class Tellings:
    """Reads on the connection of the writer, within its transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, audiences: Audiences) -> None:
        self._connection = connection
        self._audiences = audiences

    def before(self, viewer: Viewer, records: Collection[int]) -> ToldBefore:
        """Where a viewer was told that records are, and the open review tasks of their identities."""
        known = {"audiences": self._audiences.of(viewer)}
        found = self._connection.execute(_IDENTITIES, {**known, "records": list(records)}).fetchall()
        identities = dict(found)
        rows = self._connection.execute(_TASKS, {**known, "identities": list(set(identities.values()))}).fetchall()
        tasks = [
            Task((low, high), ReviewReason(reason), Pair(left, right, weight))
            for low, high, reason, left, right, weight in rows
        ]
        return ToldBefore(identities, tuple(tasks))

    def fellows(self, records: Collection[int]) -> dict[int, set[int]]:
        """Who was in one identity with each of the records, for anybody."""
        found: dict[int, set[int]] = {}
        for record, fellow in self._connection.execute(_FELLOWS, [list(records)]).fetchall():
            found.setdefault(record, set()).add(fellow)
        return found

"""What viewers were told of records, read back from what is written.

It follows from what is there (see `identity.visible_part`), but while another model or policy takes over it was told by
the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Set
from typing import Any, Final

import duckdb

from resolver.domain.decision import ReviewReason
from resolver.domain.handling import Viewer
from resolver.identity.neighbourhood import Task
from resolver.identity.partition import Pair
from resolver.identity.visible_part import ToldBefore
from resolver.store.audiences import Audiences

_Row = tuple[Any, ...]
_MOVES: Final = """
WITH wanted AS (SELECT unnest(?) AS record_number)
SELECT record_number, from_decision, true, identity_number, from_audience
FROM memberships JOIN wanted USING (record_number)
UNION ALL SELECT record_number, until_decision, false, NULL, until_audience
FROM memberships JOIN wanted USING (record_number) WHERE until_decision IS NOT NULL
UNION ALL SELECT record_number, sequence, true, identity_number, audience
FROM told_moves JOIN wanted USING (record_number)
ORDER BY 2, 3
"""
_RAISED: Final = """
WITH wanted AS (SELECT unnest($1) AS identity)
SELECT raised_by, raised_audience, identity_low, identity_high, reason, left_number, right_number, match_weight
FROM review_tasks WHERE identity_low IN (FROM wanted) OR identity_high IN (FROM wanted)
UNION ALL
SELECT raised_by, audience, identity_low, identity_high, reason, left_number, right_number, match_weight
FROM told_tasks WHERE identity_low IN (FROM wanted) OR identity_high IN (FROM wanted)
ORDER BY raised_by
"""
_CLOSED: Final = """
WITH wanted AS (SELECT unnest($1) AS identity)
SELECT closed_by, closed_audience, identity_low, identity_high FROM review_tasks
WHERE closed_by IS NOT NULL AND (identity_low IN (FROM wanted) OR identity_high IN (FROM wanted))
UNION ALL
SELECT sequence, audience, identity_low, identity_high FROM told_closings
WHERE identity_low IN (FROM wanted) OR identity_high IN (FROM wanted)
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

    def of(self, records: Collection[int]) -> Callable[[Viewer], ToldBefore]:
        """Gives where a viewer was told that records are, and the review tasks of their identities that it has open."""
        moves = self._rows(_MOVES, records)
        identities = {identity for *_, identity, _ in moves if identity is not None}
        raised, closed = self._rows(_RAISED, identities), self._rows(_CLOSED, identities)

        def told(viewer: Viewer) -> ToldBefore:
            own = self._audiences.of(viewer)
            return ToldBefore(_identities(moves, own), _open_tasks(raised, closed, own))

        return told

    def fellows(self, records: Collection[int]) -> dict[int, set[int]]:
        """Who was in one identity with each of the records, for anybody."""
        found: dict[int, set[int]] = {}
        for record, fellow in self._rows(_FELLOWS, records):
            found.setdefault(record, set()).add(fellow)
        return found

    def _rows(self, query: str, numbers: Collection[int]) -> list[_Row]:
        return self._connection.execute(query, [list(numbers)]).fetchall()


def _identities(moves: Collection[_Row], own: Set[int]) -> dict[int, int]:
    """Where each record was told to be last; `moves` are in the order in which they were told."""
    found: dict[int, int] = {}
    for record, _, _, identity, audience in moves:
        if audience in own and identity is not None:
            found[record] = identity
        elif audience in own:
            found.pop(record, None)
    return found


def _open_tasks(raised: Collection[_Row], closed: Collection[_Row], own: Set[int]) -> tuple[Task, ...]:
    ended: dict[tuple[int, int], int] = {}
    for sequence, audience, low, high in closed:
        if audience in own:
            ended[low, high] = max(sequence, ended.get((low, high), 0))
    tasks: dict[tuple[int, int], Task] = {}
    for sequence, audience, low, high, reason, left, right, weight in raised:
        # One that is raised anew comes after the end of the one before, by the same decision.
        if audience in own and sequence >= ended.get((low, high), 0):
            tasks[low, high] = Task((low, high), ReviewReason(reason), Pair(left, right, weight))
    return tuple(tasks.values())

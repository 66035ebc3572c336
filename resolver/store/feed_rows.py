"""The writing side of the feed: what filters and consumers read of each decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import pyarrow as pa

from resolver.domain.decision import Decision
from resolver.identity.neighbourhood import Outcome
from resolver.store.arrow import arrow_table, insert, registered

# A membership that this decision ended or began counts: who left and who joined are concerned as well.
_MEMBERS: Final = """
SELECT t.sequence, m.record_number FROM touched t
JOIN memberships m ON m.identity_number = t.identity_number
  AND m.from_decision <= t.sequence AND coalesce(m.until_decision >= t.sequence, true)
"""
_OWNERS: Final = """
SELECT c.sequence, list(DISTINCT r.country), list(DISTINCT r.source)
FROM concerned c JOIN records r ON r.number = c.record_number GROUP BY c.sequence
"""
_INSERT: Final = "INSERT INTO feed_marks SELECT * FROM incoming"
_RECORDS: Final = pa.schema([("sequence", pa.int64()), ("record_number", pa.int64())])
_MARKS: Final = pa.schema(
    [
        ("sequence", pa.int64()),
        ("kind", pa.int8()),
        ("must_undo", pa.bool_()),
        ("countries", pa.list_(pa.string())),
        ("sources", pa.list_(pa.string())),
    ]
)


@dataclass(frozen=True, slots=True)
class CommittedDecision:
    """A decision to be written, the outcome it tells, and the country of the record's former owner, if another."""

    decision: Decision
    outcome: Outcome
    former_country: str = ""

    @property
    def sequence(self) -> int:
        """Its place in the feed."""
        return self.decision.sequence


def write_marks(
    connection: duckdb.DuckDBPyConnection, decisions: Sequence[CommittedDecision], touched: pa.Table
) -> None:
    """Writes what filters read of decisions, whose records and memberships are written.

    `touched` has a row for each identity that a decision touches: identity_number, sequence.
    """
    # Step by step: in one statement the planner takes few records for many, and reads those tables whole.
    with registered(connection, "touched", touched):
        members = connection.execute(_MEMBERS).to_arrow_table().cast(_RECORDS)
    decided = arrow_table(_RECORDS, [(item.sequence, item.outcome.record) for item in decisions])
    with registered(connection, "concerned", pa.concat_tables((members, decided))):
        owners = {sequence: owned for sequence, *owned in connection.execute(_OWNERS).fetchall()}
    insert(connection, _INSERT, arrow_table(_MARKS, [_mark(item, *owners[item.sequence]) for item in decisions]))


def _mark(item: CommittedDecision, countries: list[str], sources: list[str]) -> tuple[Any, ...]:
    former = [item.former_country] if item.former_country else []
    must_undo = bool(item.decision.required_actions)
    return item.sequence, item.decision.kind.value, must_undo, sorted({*countries, *former}), sorted(sources)

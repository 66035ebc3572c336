"""The writing side of the feed: what filters and consumers read of each decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from resolver.domain.decision import Decision
from resolver.identity.neighbourhood import Outcome
from resolver.store.arrow import arrow_table, insert, registered

_INSERT_MARKS: Final = "INSERT INTO feed_marks SELECT * FROM incoming"
# A membership that this decision ended or began counts: who left and who joined are concerned as well.
_INSERT_CONCERNS: Final = """
INSERT INTO feed_concerns
SELECT i.sequence, r.country, r.source FROM touched i
JOIN memberships m ON m.identity_number = i.identity_number
  AND m.from_decision <= i.sequence AND coalesce(m.until_decision >= i.sequence, true)
JOIN records r ON r.number = m.record_number
UNION
SELECT i.sequence, r.country, r.source FROM incoming i JOIN records r ON r.number = i.record_number
UNION
SELECT i.sequence, i.former_country, r.source FROM incoming i JOIN records r ON r.number = i.record_number
WHERE i.former_country <> ''
"""
_MARKS: Final = pa.schema([("sequence", pa.int64()), ("kind", pa.int8()), ("must_undo", pa.bool_())])
_DECIDED: Final = pa.schema([("sequence", pa.int64()), ("record_number", pa.int64()), ("former_country", pa.string())])


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
    marks = [(item.sequence, item.decision.kind.value, bool(item.decision.required_actions)) for item in decisions]
    insert(connection, _INSERT_MARKS, arrow_table(_MARKS, marks))
    decided = [(item.sequence, item.outcome.record, item.former_country) for item in decisions]
    with registered(connection, "touched", touched):
        insert(connection, _INSERT_CONCERNS, arrow_table(_DECIDED, decided))

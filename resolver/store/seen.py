"""Identities as one viewer sees them: found from where its records went, as it was told, on their component alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from resolver.store import told
from resolver.store.moves import Move, grouped, last_stay
from resolver.store.reading import Reading
from resolver.store.sight import Sight

IdentityRow = tuple[int, list[str], datetime, int, datetime]
"""As a row of `queries.IDENTITY`: number, names of the records, create time, revision, and the time of that."""

_STEPS: Final = """
SELECT m.record_number, m.identity_number, m.from_decision, m.from_audience, true
FROM memberships m JOIN concerned c ON c.record_number = m.record_number
UNION ALL SELECT m.record_number, NULL, m.until_decision, m.until_audience, false
FROM memberships m JOIN concerned c ON c.record_number = m.record_number WHERE m.until_decision IS NOT NULL
UNION ALL SELECT t.record_number, t.identity_number, t.sequence, t.audience, true
FROM told_moves t JOIN concerned c ON c.record_number = t.record_number
"""
_MOVES_OF: Final = f"""
WITH concerned AS (
  SELECT record_number FROM memberships WHERE identity_number IN (SELECT unnest($identities))
  UNION SELECT record_number FROM told_moves WHERE identity_number IN (SELECT unnest($identities))
)
{_STEPS}
"""  # noqa: S608 - a query of this file
_MOVES_OF_RECORD: Final = f"WITH concerned AS (SELECT $record::BIGINT AS record_number) {_STEPS}"
_MOMENT: Final = "SELECT coalesce(max(sequence), 0) FROM decisions WHERE commit_time <= ?"
_RECORDS: Final = """
SELECT number, name, create_time FROM records
WHERE number >= list_min($1) AND number <= list_max($1) AND number IN (SELECT unnest($1)) ORDER BY number
"""
_TIMES: Final = """
SELECT sequence, commit_time FROM decisions
WHERE sequence >= list_min($1) AND sequence <= list_max($1) AND sequence IN (SELECT unnest($1))
"""
# Whoever went out of sight last is in no identity.
_PAGE: Final = f"""
WITH held AS (
  SELECT record_number, arg_max(coalesce(identity_number, 0), 2 * sequence + begins::INTEGER) AS identity_number
  FROM {told.MOVES} WHERE record_number > $after AND sequence <= $until GROUP BY record_number
)
SELECT identity_number FROM held WHERE identity_number > $after
GROUP BY identity_number HAVING count(*) >= $least ORDER BY identity_number LIMIT $limit
"""  # noqa: S608 - what is told
_DECISION: Final = f"""
SELECT sequence, commit_time, body FROM {told.DECISIONS} WHERE sequence = $sequence
"""  # noqa: S608 - as above
_ENDLESS: Final = 2**62
"""A place that no feed reaches."""


class SeenIdentities:
    """Answers questions about identities within a sight. Its calls are made within one snapshot."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def numbered(self, number: int, sight: Sight, as_of: datetime | None = None) -> IdentityRow | None:
        """The identity with a number, now or at a past moment."""
        rows = self._identities([number], sight, self._until(as_of))
        return rows[0] if rows else None

    def of_record(self, record: int, sight: Sight, as_of: datetime | None = None) -> int | None:
        """The number of the identity that a record is in, or was in at a past moment."""
        moves = self._moves(_MOVES_OF_RECORD, {"record": record}, sight)
        found = grouped(moves, self._until(as_of))
        return next((number for number, identity in found.items() if identity.records), None)

    def last_stay(self, record: int, sight: Sight) -> tuple[int, tuple[Any, ...]] | None:
        """The identity that a record was in last, and the row of the decision by which it came there or left it."""
        found = last_stay(self._moves(_MOVES_OF_RECORD, {"record": record}, sight))
        if found is None:
            return None
        identity, sequence = found
        return identity, self._reading.rows(_DECISION, sight.told(sequence=sequence))[0]

    def members(self, number: int, sight: Sight) -> list[int]:
        """The records of the identity with a number."""
        found = grouped(self._moves(_MOVES_OF, {"identities": [number]}, sight))
        return found[number].records if number in found else []

    def page(
        self, after: int, least: int, limit: int, sight: Sight, as_of: datetime | None = None
    ) -> list[IdentityRow]:
        """Identities of at least so many records, by their numbers, after one."""
        until = self._until(as_of)
        span = sight.told(after=after, until=_ENDLESS if until is None else until, least=least, limit=limit)
        numbers = [number for (number,) in self._reading.rows(_PAGE, span)]
        return self._identities(numbers, sight, until)

    def _identities(self, numbers: Collection[int], sight: Sight, until: int | None) -> list[IdentityRow]:
        if not numbers:
            return []
        found = grouped(self._moves(_MOVES_OF, {"identities": list(numbers)}, sight), until)
        present = {number: found[number] for number in sorted(numbers) if number in found and found[number].records}
        if not present:
            return []
        members = [record for identity in present.values() for record in identity.records]
        records = {number: (name, created) for number, name, created in self._reading.rows(_RECORDS, [members])}
        times = dict(self._reading.rows(_TIMES, [[identity.revision for identity in present.values()]]))
        rows = []
        for number, identity in present.items():
            # At a past moment there may be records that were purged since.
            kept = [records[record] for record in sorted(identity.records) if record in records]
            if kept:
                created = min(created for _, created in kept)
                rows.append((number, [name for name, _ in kept], created, identity.revision, times[identity.revision]))
        return rows

    def _moves(self, query: str, values: dict[str, object], sight: Sight) -> Iterable[Move]:
        """What the viewer is told of the moves that a query gives; the few rows are sorted out here."""
        return [
            Move(record, identity, sequence, begins)
            for record, identity, sequence, audience, begins in self._reading.rows(query, values)
            if sight.is_told(audience)
        ]

    def _until(self, as_of: datetime | None) -> int | None:
        return None if as_of is None else int(self._reading.rows(_MOMENT, [as_of])[0][0])

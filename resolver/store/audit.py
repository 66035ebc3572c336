"""The reading side of the audit log: its entries, and whether its chain holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from resolver.domain.audit import ORIGIN, Head, WrittenEntry
from resolver.store.sight import Rows

_CHAIN: Final = f"""
WITH removed AS (
  SELECT TRY(CAST(body->>'$.removed.through' AS BIGINT)) AS number, TRY(unhex(body->>'$.removed.hash')) AS hash
  FROM audit_entries WHERE TRY(body->>'$.removed.hash') IS NOT NULL AND method = '' ORDER BY number DESC LIMIT 1
),
start AS (
  SELECT coalesce((SELECT number FROM removed), 0) AS number,
    coalesce((SELECT hash FROM removed), unhex('{ORIGIN.hex()}')) AS hash
),
linked AS (
  SELECT e.*,
    coalesce(lag(e.number) OVER place, s.number) AS number_before,
    coalesce(lag(e.hash) OVER place, s.hash) AS hash_before
  FROM audit_entries e, start s WINDOW place AS (ORDER BY e.number)
)
"""  # noqa: S608 - a constant of this service
_MISPLACED: Final = """
number <> number_before + 1
  OR number IS DISTINCT FROM TRY(CAST(body->>'$.number' AS BIGINT))
  OR strftime(entry_time, '%Y-%m-%dT%H:%M:%S.%fZ') IS DISTINCT FROM TRY(body->>'$.time')
  OR caller IS DISTINCT FROM TRY(body->>'$.caller') OR method IS DISTINCT FROM TRY(body->>'$.method')
"""
_WRONG_HASH: Final = "hash IS DISTINCT FROM unhex(sha256(hash_before || encode(body)))"
MISPLACED: Final = f"{_CHAIN} SELECT 'audit entry ' || number FROM linked WHERE {_MISPLACED}"  # noqa: S608 - as above
WRONG_HASH: Final = f"{_CHAIN} SELECT 'audit entry ' || number FROM linked WHERE {_WRONG_HASH}"  # noqa: S608 - as above
_VERIFY: Final = f"""{_CHAIN}
SELECT count(*), coalesce(min(number), 0), coalesce(max(number), 0), arg_max(hash, number),
  min(number) FILTER ({_MISPLACED} OR {_WRONG_HASH}), max(hash) FILTER (number = $1),
  (SELECT hash FROM start WHERE number = $1) FROM linked
"""  # noqa: S608 - as above
_ENTRIES: Final = """
SELECT number, entry_time, body, hash FROM audit_entries
WHERE number > $1 AND coalesce(entry_time >= $2, true) AND coalesce(entry_time < $3, true)
  AND ($4 = '' OR caller = $4) AND ($5 = '' OR method = $5)
  AND ($6 = '' OR (contains(body, $6) AND list_contains(CAST(body->'$.references' AS VARCHAR[]), $6)))
ORDER BY number LIMIT $7
"""
_HEAD: Final = "SELECT number, hash FROM audit_entries ORDER BY number DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted. Times are UTC without zone, the first in, the last out; empty texts ask for all."""

    since: datetime | None = None
    until: datetime | None = None
    caller: str = ""
    method: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of checking a log.

    `entries` are those that are there, from number `first`; `head` is the last. `broken` is the number of the first
    entry that does not follow the one before, None where all do. `noted_holds` says whether the entry of a head that
    was noted earlier is there with its hash.
    """

    entries: int
    first: int
    head: Head
    broken: int | None
    noted_holds: bool

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return self.broken is None and self.noted_holds


class AuditLog:
    """Answers questions about the audit log, with the queries of a reader."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def head(self) -> Head:
        """How far the log has come."""
        rows = self._rows(_HEAD, [])
        return Head(rows[0][0], bytes(rows[0][1])) if rows else Head()

    def entries(self, after: int, limit: int, which: AuditFilter) -> list[WrittenEntry]:
        """Entries with numbers above `after`, the oldest first."""
        values = [after, which.since, which.until, which.caller, which.method, which.reference, limit]
        return [
            WrittenEntry(number, time, body, bytes(digest))
            for number, time, body, digest in self._rows(_ENTRIES, values)
        ]

    def verify(self, noted: Head | None = None) -> Verification:
        """Checks every entry against the one before, and a head that was noted earlier. Reads the whole log."""
        wanted = noted.number if noted else -1
        ((entries, first, last, digest, broken, found, start),) = self._rows(_VERIFY, [wanted])
        there = found or start
        holds = noted is None or noted == Head() or (there is not None and bytes(there) == noted.hash)
        head = Head(last, bytes(digest)) if digest is not None else Head()
        return Verification(entries, first, head, broken, holds)

"""What holds in every store between two transactions, as queries for what breaks it.

A server that starts after a crash checks them all, since nothing that it decides upon a broken store could be trusted;
so does `resolver check`.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from resolver.domain.verdict import VerdictKind, VerdictState
from resolver.store.audit import MISPLACED, WRONG_HASH
from resolver.store.told_invariants import TOLD

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must hold, in words, and a query with a text for each place that breaks it."""

    words: str
    breaches: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How often an invariant is broken, with the first places."""

    invariant: Invariant
    breaches: int
    examples: tuple[str, ...]


_COMMON = f"""
WITH live AS (SELECT record_number, identity_number FROM memberships WHERE until_decision IS NULL),
present AS (SELECT number FROM records WHERE NOT withdrawn),
standing AS (
  SELECT *, kind = {VerdictKind.SAME.value} AS same FROM verdicts WHERE state = {VerdictState.STANDING.value}
)
"""  # noqa: S608 - values of enums
"""What the queries share: who is where, who is there, and the verdicts that stand."""


def _content(table: str) -> str:
    """Present records without a row of comparable content, or with several; and rows of others."""
    return f"""
SELECT 'record ' || coalesce(r.number, c.record_number) FROM present r
FULL JOIN (
  SELECT record_number, count(*) AS rows
  FROM (SELECT record_number FROM {table} UNION ALL SELECT record_number FROM recent_content) GROUP BY ALL
) c ON c.record_number = r.number
WHERE r.number IS NULL OR c.rows IS DISTINCT FROM 1
"""  # noqa: S608 - names of tables, from this file


def _told(side: int, moment: str) -> str:
    """Decisions that tell of another number of records that left (side 0) or joined (1) identities than is written."""
    return f"""
WITH change AS (SELECT sequence, unnest(json_extract(body, '$.changes[*]')) AS told FROM decisions),
told AS (
  SELECT sequence, sum(json_array_length(told, '$[2]')) AS records FROM change
  WHERE json_extract_string(told, '$[{side}]') IS NOT NULL GROUP BY ALL
),
written AS (SELECT {moment} AS sequence, count(*) AS records FROM memberships WHERE {moment} IS NOT NULL GROUP BY ALL)
SELECT 'decision ' || coalesce(t.sequence, w.sequence) FROM told t FULL JOIN written w USING (sequence)
WHERE t.records IS DISTINCT FROM w.records
"""  # noqa: S608 - names of columns, from this file


_LEFT = (
    "SELECT number FROM records",
    "SELECT number FROM record_versions",
    "SELECT record_number FROM recent_content",
    "SELECT record_number FROM comparable",
    "SELECT record_number FROM facts",
    "SELECT record_number FROM blocking_keys",
    "SELECT record_number FROM pairs",
    "SELECT other_number FROM pairs",
    "SELECT left_number FROM verdicts",
    "SELECT right_number FROM verdicts",
    "SELECT left_number FROM review_tasks",
    "SELECT right_number FROM review_tasks",
    "SELECT left_number FROM told_tasks",
    "SELECT right_number FROM told_tasks",
    "SELECT record_number FROM retention",
    "SELECT record_number FROM retention_extensions",
    "SELECT record_number FROM plan_records",
    "SELECT record_number FROM plan_work",
    "SELECT record_number FROM staged_records WHERE record_number IS NOT NULL",
    "SELECT record_number FROM memberships WHERE until_decision IS NULL",
)
"""Whose numbers there are, besides those of memberships that ended and of decisions."""

INVARIANTS = (
    Invariant(
        "every record is in exactly one identity, and a withdrawn one in none",
        """
SELECT 'record ' || coalesce(r.number, m.record_number) FROM present r
FULL JOIN (SELECT record_number, count(*) AS identities FROM live GROUP BY ALL) m ON m.record_number = r.number
WHERE r.number IS NULL OR m.identities IS DISTINCT FROM 1
""",
    ),
    Invariant(
        "an identity bears the number of its oldest record",
        """
SELECT 'identity ' || identity_number FROM live GROUP BY identity_number
HAVING min(record_number) <> identity_number
""",
    ),
    Invariant(
        "the feed has no gap",
        """
SELECT 'decision ' || sequence FROM (SELECT sequence, row_number() OVER (ORDER BY sequence) AS place FROM decisions)
WHERE sequence <> place
""",
    ),
    Invariant(
        "every decision has one row of what filters read of it",
        """
SELECT 'decision ' || coalesce(d.sequence, m.sequence) FROM decisions d
FULL JOIN (SELECT sequence, count(*) AS rows FROM feed_marks GROUP BY ALL) m ON m.sequence = d.sequence
WHERE d.sequence IS NULL OR m.rows IS DISTINCT FROM 1
""",
    ),
    Invariant(
        "no consumer has acknowledged what is not in the feed",
        """
SELECT name FROM consumers
WHERE start > acknowledged OR acknowledged > (SELECT coalesce(max(sequence), 0) FROM decisions)
""",
    ),
    Invariant("who joined an identity by a decision is written as the feed tells", _told(1, "from_decision")),
    Invariant("who left an identity by a decision is written as the feed tells", _told(0, "until_decision")),
    Invariant(
        "every version of a record is kept",
        """
SELECT 'record ' || coalesce(r.number, v.number) FROM records r
FULL JOIN (
  SELECT number, count(*) AS versions, max(version) AS newest, arg_max(withdrawn, version) AS withdrawn
  FROM record_versions GROUP BY ALL
) v ON v.number = r.number
WHERE r.version IS DISTINCT FROM v.versions OR r.version IS DISTINCT FROM v.newest
  OR r.withdrawn IS DISTINCT FROM v.withdrawn
""",
    ),
    Invariant(
        "a record stands behind the guard of its newest version, and a withdrawal behind that of what it withdraws",
        """
SELECT 'record ' || r.number FROM records r JOIN record_versions v ON v.number = r.number AND v.version = r.version
WHERE r.guard IS DISTINCT FROM v.guard
UNION
SELECT 'record ' || v.number FROM record_versions v
JOIN record_versions b ON b.number = v.number AND b.version = v.version - 1
WHERE v.withdrawn AND v.guard IS DISTINCT FROM b.guard
""",
    ),
    Invariant(
        "every guard is known, and stands once",
        """
SELECT DISTINCT 'record ' || number FROM record_versions WHERE guard <> 0 AND guard NOT IN (SELECT number FROM guards)
UNION ALL SELECT 'guard ' || min(number) FROM guards GROUP BY body HAVING count(*) > 1
""",
    ),
    Invariant(
        "what a record is marked with can be read",
        """
SELECT 'record ' || number FROM records
WHERE marking <> '' AND coalesce(CASE WHEN json_valid(marking) THEN json_array_length(marking) END, 0) <> 5
""",
    ),
    Invariant("every present record can be compared, and no other", _content("comparable")),
    Invariant("every present record has what rules read, and no other has", _content("facts")),
    Invariant(
        "only present records have blocking keys",
        """
SELECT DISTINCT 'record ' || record_number FROM blocking_keys
WHERE record_number NOT IN (SELECT number FROM present)
""",
    ),
    Invariant(
        "a pair is of two present records, and stands under both with one weight",
        """
SELECT 'pair of ' || p.record_number || ' and ' || p.other_number FROM pairs p
LEFT JOIN pairs o ON o.record_number = p.other_number AND o.other_number = p.record_number
  AND o.match_weight = p.match_weight AND o.identifying = p.identifying AND o.cell = p.cell
WHERE o.cell IS NULL OR p.record_number = p.other_number OR p.record_number NOT IN (SELECT number FROM present)
""",
    ),
    Invariant(
        "an open review task is between two identities, by a record of each",
        """
SELECT 'review task of ' || t.identity_low || ' and ' || t.identity_high FROM review_tasks t
LEFT JOIN live l ON l.record_number = t.left_number
LEFT JOIN live r ON r.record_number = t.right_number
WHERE t.closed_by IS NULL AND (
  t.identity_low >= t.identity_high
  OR least(l.identity_number, r.identity_number) IS DISTINCT FROM t.identity_low
  OR greatest(l.identity_number, r.identity_number) IS DISTINCT FROM t.identity_high
)
""",
    ),
    Invariant(
        "a verdict is about two records that were accepted",
        """
SELECT 'verdict ' || number FROM verdicts
WHERE left_number >= right_number OR left_number NOT IN (SELECT number FROM records)
  OR right_number NOT IN (SELECT number FROM records)
""",
    ),
    Invariant(
        "two records that a standing verdict calls the same are in one identity",
        """
SELECT 'verdict ' || v.number FROM standing v
JOIN live l ON l.record_number = v.left_number
JOIN live r ON r.record_number = v.right_number
WHERE v.same AND l.identity_number <> r.identity_number
  AND NOT EXISTS (
    SELECT 1 FROM standing h WHERE NOT h.same AND h.basis > v.basis
      AND h.left_number = v.left_number AND h.right_number = v.right_number
  )
""",
    ),
    Invariant(
        "every record has one row of how long it is kept, and no other has",
        """
SELECT 'record ' || coalesce(r.number, k.record_number) FROM records r
FULL JOIN (SELECT record_number, count(*) AS rows FROM retention GROUP BY ALL) k ON k.record_number = r.number
WHERE r.number IS NULL OR k.rows IS DISTINCT FROM 1
""",
    ),
    Invariant(
        "whoever was in an identity is a record, or was purged",
        """
SELECT DISTINCT 'record ' || record_number FROM memberships
WHERE record_number NOT IN (SELECT number FROM records)
  AND record_number NOT IN (SELECT record_number FROM purges)
""",
    ),
    Invariant(
        "nothing is left of a record that was purged but its memberships, which ended",
        f"""
SELECT DISTINCT 'record ' || p.record_number FROM purges p JOIN ({" UNION ALL ".join(_LEFT)}) l(number)
ON l.number = p.record_number
""",  # noqa: S608 - names of tables, from this file
    ),
    Invariant(
        "every purge is told in the feed, by its digest",
        """
SELECT 'record ' || p.record_number FROM purges p
LEFT JOIN decisions d ON d.sequence = p.sequence AND d.record_number = p.record_number
  AND (d.body->>'$.kind') = 'PURGED' AND (d.body->>'$.record') = p.digest
WHERE d.sequence IS NULL
""",
    ),
    *(Invariant(*each) for each in TOLD),
    Invariant("the audit log has no gap, and is filtered by what its entries say", MISPLACED),
)

THOROUGH = (
    *INVARIANTS,
    Invariant("every entry of the audit log has the hash that follows from the one before", WRONG_HASH),
)
"""With what takes long in a large store."""


def check(connection: duckdb.DuckDBPyConnection, invariants: tuple[Invariant, ...] = INVARIANTS) -> tuple[Checked, ...]:
    """Every invariant with how often it is broken."""
    return tuple(_checked(connection, invariant) for invariant in invariants)


def _checked(connection: duckdb.DuckDBPyConnection, invariant: Invariant) -> Checked:
    query = f"""{_COMMON}
SELECT count(*), list(place ORDER BY length(place), place)[:{_EXAMPLES}] FROM ({invariant.breaches}) breach(place)
"""  # noqa: S608 - the queries of this file
    breaches, examples = connection.execute(query).fetchall()[0]
    return Checked(invariant, breaches, tuple(examples or ()))

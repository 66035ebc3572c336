"""The reader's queries."""

import pyarrow as pa

from resolver.linkage.compared_pairs import PAIRS
from resolver.linkage.record_arrays import COLUMNS
from resolver.store import told
from resolver.store.recent_content import COMPARABLE, KEYS
from resolver.store.recent_content import FACTS as FACTS_OF_ALL

HEAD = "SELECT coalesce(max(sequence), 0) FROM decisions"

_RECORD_COLUMNS = """
SELECT r.name, r.number, v.payload, v.version, v.withdrawn, r.create_time, v.accept_time, r.guard, v.guard
FROM records r JOIN record_versions v ON v.number = r.number
"""
RECORD = f"{_RECORD_COLUMNS} AND v.version = r.version WHERE r.name = ?"
RECORD_AS_OF = f"{_RECORD_COLUMNS} WHERE r.name = ? AND v.accept_time <= ? ORDER BY v.version DESC LIMIT 1"
RECORDS = f"""{_RECORD_COLUMNS} AND v.version = r.version
WHERE r.source = ? AND r.number > ? AND NOT r.withdrawn ORDER BY r.number LIMIT ?"""
RECORDS_OF_IDENTITY = f"""{_RECORD_COLUMNS} AND v.version = r.version
JOIN memberships m ON m.record_number = r.number AND m.until_decision IS NULL
WHERE m.identity_number = ? ORDER BY r.number"""
RECORD_VERSIONS = f"""{_RECORD_COLUMNS}
WHERE r.name = ? AND (? = 0 OR v.version < ?) ORDER BY v.version DESC LIMIT ?"""
# The same of what is behind `$guards`.
_SEEN = "list_contains($guards, r.guard) AND list_contains($guards, v.guard)"
RECORDS_SEEN = f"""{_RECORD_COLUMNS} AND v.version = r.version
WHERE r.source = $source AND r.number > $after AND NOT r.withdrawn AND {_SEEN} ORDER BY r.number LIMIT $limit"""
RECORD_VERSIONS_SEEN = f"""{_RECORD_COLUMNS}
WHERE r.name = $name AND ($below = 0 OR v.version < $below) AND {_SEEN} ORDER BY v.version DESC LIMIT $limit"""
NUMBERED_RECORDS_SEEN = f"""{_RECORD_COLUMNS} AND v.version = r.version
WHERE r.number IN (SELECT unnest($records)) AND {_SEEN} ORDER BY r.number"""

# What was at a moment: the memberships begun by then, each with the decision by which it began or ended by then.
_MEMBERS_NOW = """
WITH held AS (
  SELECT record_number, identity_number, coalesce(until_decision, from_decision) AS changed_by,
    until_decision IS NULL AS present
  FROM memberships
)
"""
_MEMBERS_THEN = """
WITH moment AS (SELECT coalesce(max(sequence), 0) AS sequence FROM decisions WHERE commit_time <= ?),
held AS (
  SELECT m.record_number, m.identity_number,
    CASE WHEN m.until_decision <= moment.sequence THEN m.until_decision ELSE m.from_decision END AS changed_by,
    coalesce(m.until_decision > moment.sequence, true) AS present
  FROM memberships m, moment
  WHERE m.from_decision <= moment.sequence
)
"""
# An identity last changed when a record last entered or left it.
_GROUPED = """
SELECT g.*, d.commit_time FROM (
  SELECT m.identity_number, list(r.name ORDER BY r.number), min(r.create_time),
    (SELECT max(h.changed_by) FROM held h WHERE h.identity_number = m.identity_number) AS revision
  FROM held m JOIN records r ON r.number = m.record_number
  WHERE m.present AND {which}
) g JOIN decisions d ON d.sequence = g.revision ORDER BY g.identity_number
"""
_ONE = _GROUPED.format(which="m.identity_number = ? GROUP BY m.identity_number")
_SEVERAL = _GROUPED.format(
    which="m.identity_number > ? GROUP BY m.identity_number HAVING count(*) >= ? ORDER BY m.identity_number LIMIT ?"
)
IDENTITY, IDENTITY_AS_OF = _MEMBERS_NOW + _ONE, _MEMBERS_THEN + _ONE
IDENTITIES, IDENTITIES_AS_OF = _MEMBERS_NOW + _SEVERAL, _MEMBERS_THEN + _SEVERAL
_WHERE_RECORD_IS = """
SELECT m.identity_number FROM held m JOIN records r ON r.number = m.record_number WHERE r.name = ? AND m.present
"""
IDENTITY_OF_RECORD, IDENTITY_OF_RECORD_AS_OF = _MEMBERS_NOW + _WHERE_RECORD_IS, _MEMBERS_THEN + _WHERE_RECORD_IS
NUMBER_OF_HANDLE = """
SELECT number FROM records WHERE handle = ? UNION ALL SELECT record_number FROM purges WHERE handle = ?
"""
HANDLE_OF_NUMBER = """
SELECT handle FROM records WHERE number = ? UNION ALL SELECT handle FROM purges WHERE record_number = ?
"""
NUMBER_OF_RECORD = "SELECT number FROM records WHERE name = ?"
GUARD = "SELECT guard FROM records WHERE number = ?"
GUARDS_OF_NAMED = """
SELECT name, guard FROM records WHERE guard > 0 AND name IN (SELECT unnest($1))
UNION SELECT name, guard FROM staged_records WHERE guard > 0 AND name IN (SELECT unnest($1))
"""
LAST_MEMBERSHIP = """
SELECT m.identity_number, d.sequence, d.commit_time, d.body
FROM memberships m JOIN decisions d ON d.sequence = coalesce(m.until_decision, m.from_decision)
WHERE m.record_number = ? ORDER BY m.from_decision DESC LIMIT 1
"""
DECISIONS = """
SELECT sequence, commit_time, body FROM decisions WHERE sequence > ? AND sequence <= ? ORDER BY sequence
"""
DECISIONS_OF_RECORD = """
SELECT d.sequence, d.commit_time, d.body FROM decisions d JOIN records r ON r.number = d.record_number
WHERE r.name = ? AND d.sequence > ? ORDER BY d.sequence LIMIT ?
"""
DECISIONS_OF_RECORD_TOLD = f"""
SELECT d.sequence, d.commit_time, d.body FROM {told.DECISIONS} d JOIN records r ON r.number = d.record_number
WHERE r.name = $record AND d.sequence > $after ORDER BY d.sequence LIMIT $limit
"""  # noqa: S608 - what is told
DECISIONS_OF_IDENTITY_TOLD = f"""
SELECT d.sequence, d.commit_time, d.body FROM {told.DECISIONS} d
JOIN {told.DECISION_IDENTITIES} i ON i.sequence = d.sequence
WHERE i.identity_number = $identity AND d.sequence > $after ORDER BY d.sequence LIMIT $limit
"""  # noqa: S608 - what is told
DECISIONS_OF_IDENTITY = """
SELECT d.sequence, d.commit_time, d.body FROM decisions d
JOIN decision_identities i ON i.sequence = d.sequence
WHERE i.identity_number = ? AND d.sequence > ? ORDER BY d.sequence LIMIT ?
"""

COMPARED = f"""
SELECT {", ".join(COLUMNS)} FROM {COMPARABLE} WHERE record_number IN (SELECT unnest([?, ?]))
"""  # noqa: S608 - constants
_IN_DUCKDB = {pa.int64(): "BIGINT", pa.int8(): "TINYINT", pa.float64(): "DOUBLE"}
ONE_PAIR = f"(SELECT {', '.join(f'?::{_IN_DUCKDB[each.type]} AS {each.name}' for each in PAIRS)})"
SHARED_KEYS = f"""
SELECT DISTINCT l.family FROM {KEYS} l JOIN {KEYS} r ON l.key = r.key
WHERE l.record_number = ? AND r.record_number = ? ORDER BY l.family
"""  # noqa: S608 - parts of queries
MEMBERS = "SELECT record_number FROM memberships WHERE identity_number = ? AND until_decision IS NULL"
PAIRS_WITHIN = """
SELECT p.record_number, p.other_number, p.match_weight, p.identifying, p.cell
FROM pairs p
JOIN memberships l ON l.record_number = p.record_number AND l.until_decision IS NULL
JOIN memberships r ON r.record_number = p.other_number AND r.until_decision IS NULL
WHERE p.record_number < p.other_number AND l.identity_number = ? AND r.identity_number = ?
"""
PAIRS_BETWEEN = """
SELECT p.record_number, p.other_number, p.match_weight, p.identifying, p.cell FROM pairs p
WHERE p.record_number < p.other_number
  AND p.record_number IN (SELECT unnest($1)) AND p.other_number IN (SELECT unnest($1))
ORDER BY p.record_number, p.other_number
"""
FACTS_ALONE = f"""
SELECT f.record_number, r.name, NULL,
  f.minor, f.sexes, f.fathers, f.birth_days, f.documents, f.biometric_references, f.biometric_excluded
FROM {FACTS_OF_ALL} f JOIN records r ON r.number = f.record_number
WHERE f.record_number IN (SELECT unnest(?)) ORDER BY f.record_number
"""  # noqa: S608 - parts of queries
FACTS = f"""
SELECT f.record_number, r.name, m.identity_number,
  f.minor, f.sexes, f.fathers, f.birth_days, f.documents, f.biometric_references, f.biometric_excluded
FROM {FACTS_OF_ALL} f
JOIN records r ON r.number = f.record_number
JOIN memberships m ON m.record_number = f.record_number AND m.until_decision IS NULL
WHERE f.record_number IN (SELECT unnest(?))
"""  # noqa: S608 - parts of queries

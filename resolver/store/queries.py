"""The reader's queries."""

HEAD = "SELECT coalesce(max(sequence), 0) FROM decisions"

_RECORD_COLUMNS = """
SELECT r.name, r.number, v.payload, v.version, v.withdrawn, r.create_time, v.accept_time
FROM records r JOIN record_versions v ON v.number = r.number
"""
RECORD = f"{_RECORD_COLUMNS} AND v.version = r.version WHERE r.name = ?"
RECORDS = f"""{_RECORD_COLUMNS} AND v.version = r.version
WHERE r.source = ? AND r.number > ? AND NOT r.withdrawn ORDER BY r.number LIMIT ?"""
RECORD_VERSIONS = f"""{_RECORD_COLUMNS}
WHERE r.name = ? AND (? = 0 OR v.version < ?) ORDER BY v.version DESC LIMIT ?"""

# An identity last changed when a record last entered or left it.
_GROUPED = """
SELECT m.identity_number, list(r.name ORDER BY r.number), min(r.create_time),
  (SELECT max(d.commit_time) FROM memberships h
   JOIN decisions d ON d.sequence = coalesce(h.until_decision, h.from_decision)
   WHERE h.identity_number = m.identity_number)
FROM memberships m JOIN records r ON r.number = m.record_number
"""
IDENTITY = f"{_GROUPED} WHERE m.until_decision IS NULL AND m.identity_number = ? GROUP BY m.identity_number"
IDENTITIES = f"""{_GROUPED} WHERE m.until_decision IS NULL AND m.identity_number > ?
GROUP BY m.identity_number HAVING count(*) >= ? ORDER BY m.identity_number LIMIT ?"""
IDENTITY_AS_OF = """
WITH moment AS (SELECT coalesce(max(sequence), 0) AS sequence FROM decisions WHERE commit_time <= ?),
was AS (
  SELECT m.* FROM memberships m, moment
  WHERE m.identity_number = ? AND m.from_decision <= moment.sequence
)
SELECT was.identity_number, list(r.name ORDER BY r.number), min(r.create_time),
  (SELECT max(d.commit_time) FROM was h, moment
   JOIN decisions d ON d.sequence = CASE WHEN h.until_decision <= moment.sequence THEN h.until_decision
     ELSE h.from_decision END)
FROM was JOIN records r ON r.number = was.record_number, moment
WHERE was.until_decision IS NULL OR was.until_decision > moment.sequence
GROUP BY was.identity_number
"""
IDENTITY_OF_RECORD = """
SELECT m.identity_number FROM memberships m JOIN records r ON r.number = m.record_number
WHERE r.name = ? AND m.until_decision IS NULL
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
DECISIONS_OF_IDENTITY = """
SELECT d.sequence, d.commit_time, d.body FROM decisions d
JOIN decision_identities i ON i.sequence = d.sequence
WHERE i.identity_number = ? AND d.sequence > ? ORDER BY d.sequence LIMIT ?
"""

ONE_PAIR = (
    "(SELECT least(a, b) AS left_number, greatest(a, b) AS right_number FROM (SELECT ?::BIGINT AS a, ?::BIGINT AS b))"
)
SHARED_KEYS = """
SELECT DISTINCT l.family FROM blocking_keys l JOIN blocking_keys r ON l.key = r.key
WHERE l.record_number = ? AND r.record_number = ? ORDER BY l.family
"""
MEMBERS = "SELECT record_number FROM memberships WHERE identity_number = ? AND until_decision IS NULL"
PAIRS_WITHIN = """
SELECT p.record_number, p.other_number, p.match_weight, p.identifying
FROM pairs p
JOIN memberships l ON l.record_number = p.record_number AND l.until_decision IS NULL
JOIN memberships r ON r.record_number = p.other_number AND r.until_decision IS NULL
WHERE p.record_number < p.other_number AND l.identity_number = ? AND r.identity_number = ?
"""
OPEN_TASKS = """
SELECT t.identity_low, t.identity_high, t.reason, t.left_number, t.right_number, t.match_weight, l.name, r.name
FROM review_tasks t JOIN records l ON l.number = t.left_number JOIN records r ON r.number = t.right_number
WHERE t.closed_by IS NULL AND (t.identity_low = ? OR t.identity_high = ?)
ORDER BY t.match_weight DESC
"""
FACTS = """
SELECT f.record_number, r.name, m.identity_number,
  f.minor, f.sexes, f.fathers, f.birth_days, f.documents, f.biometric_references, f.biometric_excluded
FROM facts f
JOIN records r ON r.number = f.record_number
JOIN memberships m ON m.record_number = f.record_number AND m.until_decision IS NULL
WHERE f.record_number IN (SELECT unnest(?))
"""

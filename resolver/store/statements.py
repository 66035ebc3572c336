"""The writer's statements. `incoming`, `wanted`, `ended` and `batch_keys` are Arrow tables of the call."""

from resolver.identity.link_table import NAMED

CANDIDATES = """
SELECT DISTINCT least(b.record_number, k.record_number) AS left_number,
  greatest(b.record_number, k.record_number) AS right_number
FROM batch_keys b JOIN blocking_keys k ON k.key = b.key
WHERE k.record_number <> b.record_number
"""


def scored_pairs(scorer: str, review_weight: float) -> str:
    """The scorer's pairs at or above the review threshold, and those that the link table names.

    One row more, whose first column is null, has the number of candidate pairs in its second.
    """
    return f"""WITH scored AS MATERIALIZED (
  SELECT left_number, right_number, match_weight, identifying, cell FROM ({scorer})
)
SELECT * FROM scored WHERE match_weight >= {review_weight!r} OR cell IN {tuple(NAMED)}
UNION ALL SELECT NULL, count(*), NULL, NULL, NULL FROM scored"""  # noqa: S608 - a compiled statement and a number of the policy


COUNTERS = """
SELECT (SELECT coalesce(max(number), 0) FROM records), coalesce(max(sequence), 0), max(commit_time) FROM decisions
"""
KNOWN_RECORDS = """
SELECT r.number, r.name, r.version, r.withdrawn, r.create_time, r.digest,
  r.country, r.authority, r.minor, r.confirmed, r.status
FROM records r JOIN wanted_names w ON r.name = w.name
"""
CURRENT_IDENTITIES = """
SELECT m.record_number, m.identity_number
FROM memberships m JOIN wanted w ON m.record_number = w.record_number
WHERE m.until_decision IS NULL
"""
DECISIONS_BY_SEQUENCE = """
SELECT d.sequence, d.commit_time, d.body FROM decisions d JOIN wanted w ON d.sequence = w.record_number
"""
ANSWERS = """
SELECT a.request_key, a.digest, a.body FROM answers a JOIN wanted_names w ON a.request_key = w.name
"""

REMOVE_CONTENT = (
    "DELETE FROM comparable WHERE record_number IN (SELECT record_number FROM wanted)",
    "DELETE FROM facts WHERE record_number IN (SELECT record_number FROM wanted)",
    "DELETE FROM blocking_keys WHERE record_number IN (SELECT record_number FROM wanted)",
    "DELETE FROM pairs WHERE record_number IN (SELECT record_number FROM wanted)"
    " OR other_number IN (SELECT record_number FROM wanted)",
)
INSERT_COMPARABLE = "INSERT INTO comparable SELECT * FROM incoming"
INSERT_FACTS = "INSERT INTO facts SELECT * FROM incoming"
INSERT_KEYS = "INSERT INTO blocking_keys SELECT * FROM incoming"
INSERT_PAIRS = "INSERT INTO pairs SELECT * FROM incoming"
UPSERT_RECORDS = """
INSERT INTO records SELECT * FROM incoming
ON CONFLICT (number) DO UPDATE SET
  version = excluded.version, withdrawn = excluded.withdrawn,
  update_time = excluded.update_time, digest = excluded.digest, country = excluded.country,
  authority = excluded.authority, minor = excluded.minor, confirmed = excluded.confirmed, status = excluded.status
"""
INSERT_VERSIONS = "INSERT INTO record_versions SELECT * FROM incoming"
INSERT_DECISIONS = "INSERT INTO decisions SELECT * FROM incoming"
INSERT_IDENTITIES = "INSERT INTO decision_identities SELECT * FROM incoming"
INSERT_MEMBERSHIPS = "INSERT INTO memberships SELECT * FROM incoming"
INSERT_TASKS = "INSERT INTO review_tasks BY NAME SELECT * FROM incoming"
INSERT_ANSWERS = "INSERT INTO answers SELECT * FROM incoming"
CLOSE_MEMBERSHIPS = """
UPDATE memberships SET until_decision = ended.sequence FROM ended
WHERE memberships.record_number = ended.identity_number AND memberships.until_decision IS NULL
"""
CLOSE_TASKS = """
UPDATE review_tasks SET closed_by = ended.sequence FROM ended
WHERE review_tasks.identity_low = ended.identity_low AND review_tasks.identity_high = ended.identity_high
  AND review_tasks.closed_by IS NULL
"""
NEXT_VERDICT = "SELECT coalesce(max(number), 0) + 1 FROM verdicts"
REPLACE_VERDICTS = (
    "DELETE FROM verdicts WHERE number IN (SELECT number FROM incoming)",
    "INSERT INTO verdicts SELECT * FROM incoming",
)
CLAIM_TASK = "UPDATE review_tasks SET claimed_by = ?, claim_until = ? WHERE number = ?"
FORGET_ANSWERS = "DELETE FROM answers WHERE answer_time < ?"

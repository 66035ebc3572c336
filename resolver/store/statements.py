"""The writer's statements. Names that begin with `new_`, `wanted`, `ended` and `candidates` are tables of the call."""

from resolver.domain.link_cell import CELLS
from resolver.identity.link_table import NAMED
from resolver.store.purging import REDACT


def scored_pairs(scorer: str, review_weight: float) -> str:
    """The scorer's pairs at or above the review threshold, and those that the link table names."""
    # `cell IN (...)` would be planned as a join, and the weights be summed up once more below it.
    named = [cell.number in NAMED for cell in CELLS]
    return f"""SELECT left_number, right_number, match_weight, identifying, cell FROM ({scorer})
WHERE match_weight >= {review_weight!r} OR list_extract({named}, cell + 1)"""  # noqa: S608 - a compiled statement and a number of the policy


COUNTERS = """
SELECT greatest(
    (SELECT coalesce(max(number), 0) FROM records), (SELECT coalesce(max(record_number), 0) FROM memberships)
  ), coalesce(max(sequence), 0), max(commit_time) FROM decisions
"""
ENTERING = {
    "insert_comparable": "INSERT INTO comparable BY NAME SELECT * FROM new_comparable",
    "insert_facts": "INSERT INTO facts SELECT * FROM new_facts",
    "insert_keys": "INSERT INTO blocking_keys SELECT * FROM new_keys",
    "insert_recent": "INSERT INTO recent_content SELECT * FROM new_recent",
    "insert_pairs": "INSERT INTO pairs SELECT * FROM new_pairs",
    "insert_records": "INSERT INTO records SELECT * FROM new_records",
    "replace_records": """INSERT INTO records SELECT * FROM new_records
ON CONFLICT (number) DO UPDATE SET
  version = excluded.version, withdrawn = excluded.withdrawn,
  update_time = excluded.update_time, digest = excluded.digest, country = excluded.country,
  authority = excluded.authority, minor = excluded.minor, confirmed = excluded.confirmed, status = excluded.status,
  guard = excluded.guard, marking = coalesce(excluded.marking, marking)""",
    "insert_versions": "INSERT INTO record_versions SELECT * FROM new_versions",
    "insert_decisions": "INSERT INTO decisions BY NAME SELECT * FROM new_decisions",
    "insert_identities": "INSERT INTO decision_identities BY NAME SELECT * FROM new_identities",
    "insert_memberships": "INSERT INTO memberships BY NAME SELECT * FROM new_memberships",
    "insert_tasks": "INSERT INTO review_tasks BY NAME SELECT * FROM new_tasks",
    "insert_answers": "INSERT INTO answers SELECT * FROM new_answers",
    "insert_marks": "INSERT INTO feed_marks BY NAME SELECT * FROM new_marks",
    "insert_told_decisions": "INSERT INTO told_decisions BY NAME SELECT * FROM new_told_decisions",
    "insert_told_identities": "INSERT INTO told_identities BY NAME SELECT * FROM new_told_identities",
    "insert_told_moves": "INSERT INTO told_moves BY NAME SELECT * FROM new_told_moves",
    "insert_told_tasks": "INSERT INTO told_tasks BY NAME SELECT * FROM new_told_tasks",
    "insert_told_closings": "INSERT INTO told_closings BY NAME SELECT * FROM new_told_closings",
    "insert_verdicts": "INSERT INTO verdicts SELECT * FROM new_verdicts",
    "insert_retention": "INSERT INTO retention SELECT * FROM new_retention",
    "insert_audit": "INSERT INTO audit_entries SELECT * FROM new_audit",
}
"""What adds rows of the call, by name."""
LOOKING = {
    "remove_recent": "DELETE FROM recent_content WHERE record_number IN (SELECT record_number FROM wanted)",
    "remove_comparable": "DELETE FROM comparable WHERE record_number IN (SELECT record_number FROM wanted)",
    "remove_facts": "DELETE FROM facts WHERE record_number IN (SELECT record_number FROM wanted)",
    "remove_keys": "DELETE FROM blocking_keys WHERE record_number IN (SELECT record_number FROM wanted)",
    "remove_pairs": """WITH removed AS MATERIALIZED (SELECT record_number FROM wanted)
DELETE FROM pairs WHERE record_number IN (SELECT record_number FROM removed)
  OR other_number IN (SELECT record_number FROM removed)""",
    "remove_retention": "DELETE FROM retention WHERE record_number IN (SELECT record_number FROM wanted)",
    **REDACT,
    "remove_verdicts": "DELETE FROM verdicts WHERE number IN (SELECT number FROM new_verdicts)",
    "close_memberships": """UPDATE memberships SET until_decision = ended.sequence, until_audience = ended.audience
FROM ended WHERE memberships.record_number = ended.record_number AND memberships.until_decision IS NULL""",
    "close_tasks": """UPDATE review_tasks SET closed_by = e.sequence, closed_audience = e.audience FROM ended_tasks e
WHERE review_tasks.identity_low = e.identity_low AND review_tasks.identity_high = e.identity_high
  AND review_tasks.closed_by IS NULL""",
    "decisions": """SELECT d.sequence, d.commit_time, d.body, d.audience
FROM decisions d JOIN wanted w ON d.sequence = w.record_number""",
    "told_decisions": """SELECT t.sequence, t.commit_time, t.body, t.audience
FROM told_decisions t JOIN wanted w ON t.sequence = w.record_number""",
    "stage_comparable": "INSERT INTO staged_comparable BY NAME SELECT * FROM new_comparable",
    "stage_facts": "INSERT INTO staged_facts SELECT * FROM new_facts",
    "stage_keys": "INSERT INTO staged_blocking_keys SELECT * FROM new_keys",
    "stage_pairs": "INSERT INTO staged_pairs SELECT * FROM new_pairs",
    "present_payloads": """SELECT r.number, v.payload FROM records r
JOIN wanted w ON w.record_number = r.number AND NOT r.withdrawn
JOIN record_versions v ON v.number = r.number AND v.version = r.version""",
    "former_pairs": """SELECT record_number, other_number, match_weight, identifying, cell
FROM former_pairs JOIN wanted USING (record_number) WHERE record_number < other_number""",
    "answers": """SELECT a.request_key, a.digest, a.body
FROM answers a JOIN wanted_names w ON a.request_key = w.name""",
}
"""What looks rows of the store up and changes or gives them, by name."""
VERDICTS_ON = "SELECT count(*) FROM verdicts WHERE left_number = ? AND right_number = ?"
CLAIM_TASK = (
    """UPDATE review_tasks SET claimed_by = ?, claim_until = ?
WHERE left_number = ? AND right_number = ? AND closed_by IS NULL""",
    "UPDATE told_tasks SET claimed_by = ?, claim_until = ? WHERE left_number = ? AND right_number = ?",
)
FORGET_ANSWERS = "DELETE FROM answers WHERE answer_time < ?"
AUDIT_HEAD = "SELECT number, hash, entry_time FROM audit_entries ORDER BY number DESC LIMIT 1"
AUDIT_BEFORE = "SELECT number, hash FROM audit_entries WHERE entry_time < ? ORDER BY number DESC LIMIT 1"
REMOVE_AUDIT = "DELETE FROM audit_entries WHERE number <= ?"

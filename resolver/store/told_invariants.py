"""What holds of what audiences are told, in words, with queries for what breaks it; see `invariants`."""

from __future__ import annotations

from typing import Final

_BESIDE: Final = """
SELECT sequence, audience FROM decision_identities
UNION ALL SELECT sequence, audience FROM feed_marks
UNION ALL SELECT from_decision, from_audience FROM memberships
UNION ALL SELECT until_decision, until_audience FROM memberships WHERE until_decision IS NOT NULL
UNION ALL SELECT raised_by, raised_audience FROM review_tasks
UNION ALL SELECT closed_by, closed_audience FROM review_tasks WHERE closed_by IS NOT NULL
"""
"""What follows from decisions, each with who is told it."""
_TOLD_BESIDE: Final = """
SELECT sequence, audience FROM told_identities
UNION ALL SELECT sequence, audience FROM told_moves
UNION ALL SELECT raised_by, audience FROM told_tasks
UNION ALL SELECT sequence, audience FROM told_closings
"""
"""The same of what others are told instead."""

TOLD: Final = (
    (
        "every audience is known, by guards that are",
        """
SELECT 'decision ' || sequence FROM (
  SELECT sequence, audience FROM decisions UNION ALL SELECT sequence, audience FROM told_decisions
) WHERE audience <> 0 AND audience NOT IN (SELECT number FROM audiences)
UNION ALL SELECT 'audience ' || number FROM (SELECT number, unnest(lets || keeps_from) AS guard FROM audiences)
WHERE guard NOT IN (SELECT number FROM guards)
""",
    ),
    (
        "nobody is told a decision in two ways",
        """
WITH telling AS (
  SELECT t.sequence, t.audience, coalesce(a.lets, []) AS lets, coalesce(a.keeps_from, []) AS keeps_from
  FROM (
    SELECT sequence, audience FROM told_decisions
    UNION ALL SELECT sequence, audience FROM decisions WHERE sequence IN (SELECT sequence FROM told_decisions)
  ) t LEFT JOIN audiences a ON a.number = t.audience
  WHERE a.number IS NULL OR NOT list_has_any(a.lets, a.keeps_from)
)
SELECT DISTINCT 'decision ' || one.sequence FROM telling one JOIN telling other ON other.sequence = one.sequence
WHERE one.audience < other.audience AND NOT list_has_any(one.lets, other.keeps_from)
  AND NOT list_has_any(other.lets, one.keeps_from)
UNION ALL SELECT 'decision ' || sequence FROM telling GROUP BY sequence, audience HAVING count(*) > 1
""",
    ),
    (
        "what follows from a decision is told to those who are told the decision",
        f"""
SELECT DISTINCT 'decision ' || b.sequence FROM ({_BESIDE}) b(sequence, audience)
LEFT JOIN decisions d ON d.sequence = b.sequence AND d.audience = b.audience WHERE d.sequence IS NULL
UNION ALL SELECT DISTINCT 'decision ' || b.sequence FROM ({_TOLD_BESIDE}) b(sequence, audience)
LEFT JOIN told_decisions d ON d.sequence = b.sequence AND d.audience = b.audience WHERE d.sequence IS NULL
UNION ALL SELECT 'decision ' || t.sequence FROM told_decisions t
LEFT JOIN decisions d ON d.sequence = t.sequence WHERE d.sequence IS NULL
""",  # noqa: S608 - queries of this file
    ),
    (
        "where a record went is written for each audience as it is told",
        """
WITH change AS (
  SELECT sequence, audience, unnest(json_extract(body, '$.changes[*]')) AS told FROM told_decisions
),
told AS (SELECT sequence, audience, sum(json_array_length(told, '$[2]')) AS records FROM change GROUP BY ALL),
written AS (SELECT sequence, audience, count(*) AS records FROM told_moves GROUP BY ALL)
SELECT 'decision ' || coalesce(t.sequence, w.sequence) FROM told t FULL JOIN written w USING (sequence, audience)
WHERE t.records IS DISTINCT FROM w.records
""",
    ),
)
"""Words and query of each."""

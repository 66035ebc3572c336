"""What a viewer is told, as parts of queries: each stands for a table, as those of `$audiences` know it.

What everybody is told is written once, and what others are told instead stands beside it; the columns are those of the
tables without what is about audiences.
"""

from __future__ import annotations

from typing import Final

from resolver.store.feed_rows import OWNED

_IS_TOLD: Final = "IN (SELECT unnest($audiences))"

DECISIONS: Final = f"""
(SELECT sequence, record_number, commit_time, body FROM decisions WHERE audience {_IS_TOLD}
UNION ALL SELECT sequence, record_number, commit_time, body FROM told_decisions WHERE audience {_IS_TOLD})
"""  # noqa: S608 - a condition of this file
DECISION_IDENTITIES: Final = f"""
(SELECT identity_number, sequence FROM decision_identities WHERE audience {_IS_TOLD}
UNION ALL SELECT identity_number, sequence FROM told_identities WHERE audience {_IS_TOLD})
"""  # noqa: S608 - a condition of this file
FEED_MARKS: Final = f"""
(SELECT sequence, kind, must_undo, {OWNED} FROM feed_marks WHERE audience {_IS_TOLD}
UNION ALL SELECT sequence, kind, must_undo, {OWNED} FROM told_decisions WHERE audience {_IS_TOLD})
"""  # noqa: S608 - a condition of this file
MOVES: Final = f"""
(SELECT record_number, identity_number, from_decision AS sequence, true AS begins
FROM memberships WHERE from_audience {_IS_TOLD}
UNION ALL SELECT record_number, NULL, until_decision, false
FROM memberships WHERE until_decision IS NOT NULL AND until_audience {_IS_TOLD}
UNION ALL SELECT record_number, identity_number, sequence, true FROM told_moves WHERE audience {_IS_TOLD})
"""  # noqa: S608 - a condition of this file
"""Where records went; `identity_number` is NULL for out of sight. In one sequence what begins comes last."""
_TASK: Final = """
identity_low, identity_high, reason, left_number, right_number, match_weight, raised_by, raise_time, priority, number,
claimed_by, claim_until
"""
TASKS: Final = f"""
(SELECT {_TASK} FROM review_tasks WHERE raised_audience {_IS_TOLD}
UNION ALL SELECT {_TASK} FROM told_tasks WHERE audience {_IS_TOLD})
"""  # noqa: S608 - a condition of this file
"""Tasks that were raised, open or not."""
OPEN_TASKS: Final = f"""
(SELECT raised.* FROM {TASKS} raised WHERE NOT EXISTS (
  SELECT 1 FROM (
    SELECT identity_low, identity_high, closed_by AS sequence FROM review_tasks
    WHERE closed_by IS NOT NULL AND closed_audience {_IS_TOLD}
    UNION ALL SELECT identity_low, identity_high, sequence FROM told_closings WHERE audience {_IS_TOLD}
  ) closing
  WHERE closing.identity_low = raised.identity_low AND closing.identity_high = raised.identity_high
    AND closing.sequence > raised.raised_by
))
"""  # noqa: S608 - a condition of this file
NOT_TOLD: Final = f"""
SELECT d.sequence FROM decisions d
WHERE d.sequence > $after AND d.sequence <= $until AND d.audience <> 0 AND d.audience NOT {_IS_TOLD}
  AND d.sequence NOT IN (
    SELECT t.sequence FROM told_decisions t
    WHERE t.sequence > $after AND t.sequence <= $until AND t.audience {_IS_TOLD}
  )
ORDER BY d.sequence
"""  # noqa: S608 - a condition of this file
"""The places in the feed, after one and up to another, at which nothing is told."""

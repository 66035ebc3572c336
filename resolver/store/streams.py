"""The tables of the call that the writer's statements read, by name, with their schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from resolver.linkage.columns import SCHEMA as COMPARABLE
from resolver.linkage.compared_pairs import PAIRS
from resolver.store import row_schemas, tellings
from resolver.store.facts_rows import SCHEMA as FACTS
from resolver.store.feed_rows import MARKS
from resolver.store.purging import REDACTED
from resolver.store.recent_content import SCHEMA as RECENT
from resolver.store.retention_rows import RETENTION

STREAMS: Final[Mapping[str, pa.Schema]] = {
    "wanted": row_schemas.NUMBERS,
    "wanted_names": row_schemas.TEXT_BATCH,
    "new_comparable": COMPARABLE,
    "new_facts": FACTS,
    "new_keys": row_schemas.KEYS,
    "new_recent": RECENT,
    "new_pairs": row_schemas.PAIRS,
    "new_records": row_schemas.RECORDS,
    "new_versions": row_schemas.VERSIONS,
    "new_decisions": row_schemas.DECISIONS,
    "new_identities": row_schemas.IDENTITIES,
    "new_memberships": row_schemas.MEMBERSHIPS,
    "new_tasks": row_schemas.TASKS,
    "new_answers": row_schemas.ANSWERS,
    "new_verdicts": row_schemas.VERDICTS,
    "new_marks": MARKS,
    "new_audit": row_schemas.AUDIT,
    "new_retention": RETENTION,
    "redacted": REDACTED,
    "ended": row_schemas.ENDED,
    "ended_tasks": row_schemas.ENDED_TASKS,
    "candidates": PAIRS,
    **{f"new_{name}": schema for name, schema in tellings.SCHEMAS.items()},
}

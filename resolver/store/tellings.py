"""Decisions as those are told them who do not see all around them, as rows of tables of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa

from resolver.domain.audience import Audience
from resolver.store import row_schemas
from resolver.store.arrow import arrow_table
from resolver.store.decided import compared, ranked
from resolver.store.decision_rows import decision_to_text
from resolver.store.feed_rows import Owner, ToldDecision, mark

_AUDIENCE: Final = ("audience", pa.int32())
_TASK_COLUMNS: Final = [
    field for field in row_schemas.TASKS if field.name not in ("closed_by", "raised_audience", "closed_audience")
]
SCHEMAS: Final = {
    "told_decisions": pa.schema(
        [
            *row_schemas.DECISIONS,
            ("kind", pa.int8()),
            ("must_undo", pa.bool_()),
            ("countries", pa.string()),
            ("sources", pa.string()),
        ]
    ),
    "told_identities": row_schemas.IDENTITIES,
    "told_moves": pa.schema([("record_number", pa.int64()), *row_schemas.IDENTITIES]),
    "told_tasks": pa.schema([*_TASK_COLUMNS, _AUDIENCE]),
    "told_closings": row_schemas.ENDED_TASKS,
}
"""By the names of their tables; `told_moves` have no identity where a record goes out of sight."""


def tables(
    told: Sequence[ToldDecision], owners: Mapping[int, Owner], number: Callable[[Audience], int]
) -> dict[str, pa.Table]:
    """The rows by the names of their tables; `owners` are those of the records that the decisions concern."""
    rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in SCHEMAS}
    for item in told:
        place, audience, time = item.sequence, number(item.audience), item.decision.commit_time
        outcome, text = item.outcome, decision_to_text(item.decision)
        rows["told_decisions"].append((place, outcome.record, time, text, audience, *mark(item, _owners(item, owners))))
        rows["told_identities"] += [(identity, place, audience) for identity in sorted(outcome.touched)]
        rows["told_moves"] += [
            (record, move.after, place, audience) for move in outcome.moves for record in move.records
        ]
        for at, task in enumerate(outcome.raised):
            rows["told_tasks"].append((*compared(task), place, time, *ranked(task, place, at, time), audience))
        rows["told_closings"] += [(*task.identities, place, audience) for task in outcome.closed]
    return {name: arrow_table(SCHEMAS[name], some) for name, some in rows.items()}


def _owners(item: ToldDecision, owners: Mapping[int, Owner]) -> Collection[Owner]:
    """The owners of the concerned records; of one that goes out of sight, who owned it when it was seen."""
    record = item.outcome.record
    found = {number: owners[number] for number in item.concerned}
    leaves = any(move.after is None and record in move.records for move in item.outcome.moves)
    if leaves and item.former_country:
        found[record] = replace(found[record], country=item.former_country)
    return set(found.values())

"""Decisions as rows: the feed, and what it tells of memberships and review tasks. All that writes decisions is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from resolver.domain.review import TASKS_OF_ONE
from resolver.identity.neighbourhood import Task
from resolver.identity.review_order import priority_at_epoch
from resolver.store import row_schemas
from resolver.store.arrow import arrow_table
from resolver.store.decision_rows import decision_to_text
from resolver.store.feed_rows import CommittedDecision

_Identities = tuple[int, int]
_UNTIL, _UNTIL_AUDIENCE = (row_schemas.MEMBERSHIPS.names.index(name) for name in ("until_decision", "until_audience"))
_CLOSED_BY, _CLOSED_AUDIENCE = (row_schemas.TASKS.names.index(name) for name in ("closed_by", "closed_audience"))
_NOT_ENDED = 0
"""The audience of an end that has not come."""
Numbers = Mapping[int, int]
"""The number of each decision's audience, by the place of the decision in the feed."""


@dataclass(frozen=True, slots=True)
class Memberships:
    """`opened` are intervals that begin; one that ends within the same decisions is there too, with its end.

    `closed` are the records, each with the decision by which its interval of before ended, as `row_schemas.ENDED`;
    `current` who is where now.
    """

    opened: pa.Table
    closed: pa.Table
    current: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Tasks:
    """`opened` are tasks that were raised, those closed within the same decisions too; `closed` those of before.

    The latter are as `row_schemas.ENDED_TASKS`. `current` are the rows of the opened ones that are still open.
    """

    opened: pa.Table
    closed: pa.Table
    current: Sequence[tuple[Any, ...]]


def feed_table(decisions: Sequence[CommittedDecision], audiences: Numbers) -> pa.Table:
    """The decisions themselves."""
    rows = [
        (
            item.sequence,
            item.outcome.record,
            item.decision.commit_time,
            decision_to_text(item.decision),
            audiences[item.sequence],
        )
        for item in decisions
    ]
    return arrow_table(row_schemas.DECISIONS, rows)


def identities_table(decisions: Sequence[CommittedDecision], audiences: Numbers) -> pa.Table:
    """Which identities each of them touches."""
    rows = sorted(
        {(identity, item.sequence, audiences[item.sequence]) for item in decisions for identity in item.outcome.touched}
    )
    return arrow_table(row_schemas.IDENTITIES, rows)


def memberships(decisions: Sequence[CommittedDecision], audiences: Numbers) -> Memberships:
    """The intervals of memberships that begin and end."""
    closed: dict[int, tuple[int, int, int]] = {}
    opened: list[list[Any]] = []
    current: dict[int, list[Any]] = {}
    for item in decisions:
        audience = audiences[item.sequence]
        for move in item.outcome.moves:
            for record in move.records:
                if record in current:
                    row = current.pop(record)
                    row[_UNTIL], row[_UNTIL_AUDIENCE] = item.sequence, audience
                elif move.before is not None:
                    closed[record] = record, item.sequence, audience
                if move.after is not None:
                    current[record] = [record, move.after, item.sequence, None, audience, _NOT_ENDED]
                    opened.append(current[record])
    table = arrow_table(row_schemas.MEMBERSHIPS, [tuple(row) for row in opened])
    ended = arrow_table(row_schemas.ENDED, list(closed.values()))
    return Memberships(table, ended, [(record, identity) for record, identity, *_ in current.values()])


def tasks(decisions: Sequence[CommittedDecision], audiences: Numbers) -> Tasks:
    """The review tasks that are raised and closed."""
    closed: list[tuple[int, int, int, int]] = []
    opened: list[list[Any]] = []
    current: dict[_Identities, list[Any]] = {}
    for item in decisions:
        audience = audiences[item.sequence]
        for task in item.outcome.closed:
            if task.identities in current:
                row = current.pop(task.identities)
                row[_CLOSED_BY], row[_CLOSED_AUDIENCE] = item.sequence, audience
            else:
                closed.append((*task.identities, item.sequence, audience))
        for place, task in enumerate(item.outcome.raised):
            time = item.decision.commit_time
            row = [*compared(task), item.sequence, None, time, *ranked(task, item.sequence, place, time)]
            current[task.identities] = [*row, audience, _NOT_ENDED]
            opened.append(current[task.identities])
    table = arrow_table(row_schemas.TASKS, [tuple(row) for row in opened])
    ended = arrow_table(row_schemas.ENDED_TASKS, closed)
    return Tasks(table, ended, [tuple(row) for row in current.values()])


def compared(task: Task) -> tuple[int, int, int, int, int, float]:
    """What a task compares, as the first columns of its row."""
    pair = task.pair
    return *task.identities, task.reason.value, pair.left, pair.right, pair.weight


def ranked(task: Task, sequence: int, place: int, time: datetime) -> tuple[float, int]:
    """Priority and number of a task, the one at a place among those that a decision raises."""
    return priority_at_epoch(task.reason, task.pair.weight, time), sequence * TASKS_OF_ONE + place

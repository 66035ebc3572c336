"""Decisions as rows: the feed, and what it tells of memberships and review tasks. All that writes decisions is here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from resolver.identity.review_order import priority_at_epoch
from resolver.store import row_schemas
from resolver.store.arrow import arrow_table
from resolver.store.decision_rows import decision_to_text
from resolver.store.feed_rows import CommittedDecision

_MOST_TASKS = 1_000_000
"""More than one decision raises."""
_Identities = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Memberships:
    """`opened` are intervals that begin; one that ends within the same decisions is there too, with its end.

    `closed` are the records, each with the decision by which its interval of before ended; `current` who is where now.
    """

    opened: pa.Table
    closed: Mapping[int, int]
    current: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Tasks:
    """`opened` are tasks that were raised, those closed within the same decisions too; `closed` those of before.

    `current` are the rows of the opened ones that are still open.
    """

    opened: pa.Table
    closed: Sequence[tuple[int, int, int]]
    current: Sequence[tuple[Any, ...]]


def feed_table(decisions: Sequence[CommittedDecision]) -> pa.Table:
    """The decisions themselves."""
    rows = [
        (item.sequence, item.outcome.record, item.decision.commit_time, decision_to_text(item.decision))
        for item in decisions
    ]
    return arrow_table(row_schemas.DECISIONS, rows)


def identities_table(decisions: Sequence[CommittedDecision]) -> pa.Table:
    """Which identities each of them touches."""
    rows = sorted({(identity, item.sequence) for item in decisions for identity in item.outcome.touched})
    return arrow_table(row_schemas.IDENTITIES, rows)


def memberships(decisions: Sequence[CommittedDecision]) -> Memberships:
    """The intervals of memberships that begin and end."""
    closed: dict[int, int] = {}
    opened: list[list[Any]] = []
    current: dict[int, list[Any]] = {}
    for item in decisions:
        for move in item.outcome.moves:
            for record in move.records:
                if record in current:
                    current.pop(record)[3] = item.sequence
                elif move.before is not None:
                    closed[record] = item.sequence
                if move.after is not None:
                    current[record] = [record, move.after, item.sequence, None]
                    opened.append(current[record])
    table = arrow_table(row_schemas.MEMBERSHIPS, [tuple(row) for row in opened])
    return Memberships(table, closed, [(record, identity) for record, identity, *_ in current.values()])


def tasks(decisions: Sequence[CommittedDecision]) -> Tasks:
    """The review tasks that are raised and closed."""
    closed: list[tuple[int, int, int]] = []
    opened: list[list[Any]] = []
    current: dict[_Identities, list[Any]] = {}
    for item in decisions:
        for task in item.outcome.closed:
            if task.identities in current:
                current.pop(task.identities)[7] = item.sequence
            else:
                closed.append((*task.identities, item.sequence))
        for place, task in enumerate(item.outcome.raised):
            pair = task.pair
            points = priority_at_epoch(task.reason, pair.weight, item.decision.commit_time)
            row: list[Any] = [*task.identities, task.reason.value, pair.left, pair.right, pair.weight]
            row += [item.sequence, None, item.decision.commit_time, points, item.sequence * _MOST_TASKS + place]
            current[task.identities] = row
            opened.append(row)
    table = arrow_table(row_schemas.TASKS, [tuple(row) for row in opened])
    return Tasks(table, closed, [tuple(row) for row in current.values()])

"""The reading side of what people decide: verdicts, and open review tasks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from resolver.domain.decision import ReviewReason
from resolver.domain.review import OpenTask
from resolver.domain.verdict import Verdict, VerdictState
from resolver.identity import review_order
from resolver.identity.neighbourhood import Task
from resolver.identity.partition import Pair
from resolver.identity.verdicts import Ruling
from resolver.store.receipts import Receipts
from resolver.store.verdict_rows import VERDICTS, claim_of, ruling_from_row, verdict_from_row

Rows = Callable[[str, list[Any]], list[tuple[Any, ...]]]

_VERDICT: Final = f"{VERDICTS} WHERE v.number = ?"
_VERDICTS_IN: Final = f"{VERDICTS} WHERE v.number IN (SELECT unnest(?))"
_VERDICTS_AFTER: Final = f"""{VERDICTS}
WHERE ($1 = 0 OR (v.create_time, v.number) < (SELECT (create_time, number) FROM verdicts WHERE number = $1))
  AND ($2 = '' OR l.name = $2 OR r.name = $2) AND ($3 = 0 OR v.state = $3)
ORDER BY v.create_time DESC, v.number DESC LIMIT $4"""  # noqa: S608 - a query of this file
_VERDICTS_ON: Final = f"""{VERDICTS}
WHERE v.state <> {VerdictState.WITHDRAWN.value} AND l.name IN (?, ?) AND r.name IN (?, ?)
ORDER BY v.create_time, v.number"""
_VERDICTS_WITHIN: Final = f"""{VERDICTS}
WHERE v.state = {VerdictState.STANDING.value} AND (l.name IN (SELECT unnest(?)) OR r.name IN (SELECT unnest(?)))
ORDER BY v.create_time, v.number"""
_RULINGS: Final = f"""
SELECT v.left_number, v.right_number, v.kind, v.basis, v.number FROM verdicts v
WHERE v.state = {VerdictState.STANDING.value}
  AND (v.left_number IN (SELECT unnest($1)) OR v.right_number IN (SELECT unnest($1)))
ORDER BY v.number
"""  # noqa: S608 - a number of the contract
_TASKS: Final = f"""
SELECT t.identity_low, t.identity_high, t.reason, t.left_number, t.right_number, t.match_weight,
  l.name, r.name, low.name, high.name,
  t.raise_time, t.priority, t.claimed_by, t.claim_until, t.number,
  (SELECT list(v.number ORDER BY v.create_time, v.number) FROM verdicts v WHERE v.state = {VerdictState.PENDING.value}
     AND v.left_number = t.left_number AND v.right_number = t.right_number)
FROM review_tasks t JOIN records l ON l.number = t.left_number JOIN records r ON r.number = t.right_number
JOIN records low ON low.number = t.identity_low JOIN records high ON high.number = t.identity_high
WHERE t.closed_by IS NULL
"""  # noqa: S608 - as above
_TASK: Final = f"{_TASKS} AND t.identity_low = ? AND t.identity_high = ?"
_TASKS_OF: Final = f"{_TASKS} AND (t.identity_low = ? OR t.identity_high = ?) ORDER BY t.match_weight DESC, t.number"
_TASKS_AFTER: Final = f"""
WITH last AS (SELECT priority, number FROM review_tasks WHERE number = $1)
{_TASKS}
  AND ($1 = 0 OR t.priority < (SELECT priority FROM last)
    OR t.priority = (SELECT priority FROM last) AND t.number > (SELECT number FROM last))
  AND ($2 = '' OR l.authority = $2 OR r.authority = $2)
  AND ($3 = '' OR l.country = $3 OR r.country = $3)
  AND (len($4) = 0 OR t.reason IN (SELECT unnest($4)))
  AND (NOT $5 OR t.claim_until IS NULL OR t.claim_until <= $6)
ORDER BY t.priority DESC, t.number LIMIT $7
"""  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks are asked for; what is empty asks for all. `now` (UTC without zone) tells which claims are over."""

    authority: str
    country: str
    reasons: tuple[ReviewReason, ...]
    unclaimed_only: bool
    now: datetime


class Judgements:
    """Answers questions about committed verdicts and open tasks, with the queries of a reader."""

    def __init__(self, rows: Rows, receipts: Receipts) -> None:
        self._rows = rows
        self._receipts = receipts

    def verdict(self, number: int) -> Verdict | None:
        """A verdict, a withdrawn one included."""
        return next(self._verdicts(_VERDICT, [number]), None)

    def numbered(self, numbers: Collection[int]) -> dict[int, Verdict]:
        """Verdicts by their numbers."""
        return {verdict.number: verdict for verdict in self._verdicts(_VERDICTS_IN, [list(numbers)])}

    def verdicts(self, after: int, limit: int, record: str, state: VerdictState) -> list[Verdict]:
        """Verdicts after the one with a number (0: from the first), newest first; of one record and in one state."""
        return list(self._verdicts(_VERDICTS_AFTER, [after, record, state.value, limit]))

    def between(self, one: str, other: str) -> list[Verdict]:
        """The verdicts on two records that were not withdrawn."""
        return list(self._verdicts(_VERDICTS_ON, [one, other, one, other]))

    def standing_on(self, records: Collection[str]) -> list[Verdict]:
        """The verdicts that stand on any of the records."""
        names = list(records)
        return list(self._verdicts(_VERDICTS_WITHIN, [names, names]))

    def connected(self, records: Iterable[int]) -> list[Ruling]:
        """All standing verdicts that lead, one by one, from the records to others."""
        found: dict[int, Ruling] = {}
        seen: set[int] = set()
        frontier = set(records)
        while frontier:
            seen |= frontier
            some = [ruling_from_row(row) for row in self._rows(_RULINGS, [sorted(frontier)])]
            found |= {ruling.number: ruling for ruling in some}
            frontier = {end for ruling in some for end in ruling.pair} - seen
        return list(found.values())

    def task(self, one: int, other: int, now: datetime) -> OpenTask | None:
        """The open task between two identities, by their numbers."""
        return next(self._tasks(_TASK, [min(one, other), max(one, other)], now), None)

    def tasks(self, after: int, limit: int, which: TaskFilter) -> list[OpenTask]:
        """Open tasks in falling order of priority, after the one with a revision (0: from the first)."""
        reasons = [reason.value for reason in which.reasons]
        parameters = [after, which.authority, which.country, reasons, which.unclaimed_only, which.now, limit]
        return list(self._tasks(_TASKS_AFTER, parameters, which.now))

    def tasks_of(self, identity: int, now: datetime) -> list[OpenTask]:
        """Open tasks between an identity and others, the strongest first."""
        return list(self._tasks(_TASKS_OF, [identity, identity], now))

    def _verdicts(self, query: str, parameters: list[Any]) -> Iterator[Verdict]:
        return (verdict_from_row(row) for row in self._rows(query, parameters))

    def _tasks(self, query: str, parameters: list[Any], now: datetime) -> Iterator[OpenTask]:
        for row in self._rows(query, parameters):
            low, high, reason, left, right, weight, left_name, right_name, low_name, high_name, *standing = row
            raised, points, examiner, until, number, pending = standing
            kind = ReviewReason(reason)
            task = Task((low, high), kind, Pair(left, right, weight))
            yield OpenTask(
                task=self._receipts.task(task, {left: left_name, right: right_name, low: low_name, high: high_name}),
                raise_time=raised,
                due_time=review_order.due(kind, raised),
                priority=review_order.priority(points, now),
                claim=claim_of(examiner, until),
                revision=number,
                pending_verdicts=tuple(pending or ()),
            )

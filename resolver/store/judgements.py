"""The reading side of what people decide: verdicts, and open review tasks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from resolver.domain.decision import ReviewReason
from resolver.domain.errors import InvalidInput
from resolver.domain.handling import Viewer
from resolver.domain.review import OpenTask
from resolver.domain.verdict import Verdict, VerdictState
from resolver.identity import review_order
from resolver.identity.neighbourhood import Task
from resolver.identity.partition import Pair
from resolver.identity.verdicts import Ruling
from resolver.store import told
from resolver.store.gone import continues_what_is_gone
from resolver.store.reading import Reading
from resolver.store.receipts import Receipts
from resolver.store.sight import Sight
from resolver.store.verdict_rows import VERDICTS, claim_of, ruling_from_row, verdict_from_row

# Each is asked with the condition that a sight puts on it; see `_asked`. Both records of a verdict must be seen.
_SEEN: Final = "AND list_contains($guards, l.guard) AND list_contains($guards, r.guard)"
_VERDICT: Final = f"{VERDICTS} WHERE v.number = $number {{seen}}"
_VERDICTS_IN: Final = f"{VERDICTS} WHERE v.number IN (SELECT unnest($numbers)) {{seen}}"
_VERDICTS_AFTER: Final = f"""{VERDICTS}
WHERE ($after = 0
    OR (v.create_time, v.number) < (SELECT (create_time, number) FROM verdicts WHERE number = $after))
  AND ($record = '' OR l.name = $record OR r.name = $record) AND ($state = 0 OR v.state = $state) {{seen}}
ORDER BY v.create_time DESC, v.number DESC LIMIT $limit"""  # noqa: S608 - a query of this file
_VERDICTS_ON: Final = f"""{VERDICTS}
WHERE v.state <> {VerdictState.WITHDRAWN.value} AND l.name IN ($one, $other) AND r.name IN ($one, $other) {{seen}}
ORDER BY v.create_time, v.number"""
_VERDICTS_WITHIN: Final = f"""{VERDICTS}
WHERE v.state = {VerdictState.STANDING.value}
  AND (l.name IN (SELECT unnest($records)) OR r.name IN (SELECT unnest($records))) {{seen}}
ORDER BY v.create_time, v.number"""
_RULED: Final = f"""
SELECT v.left_number, v.right_number, v.kind, v.basis, v.number FROM verdicts v {{both}}
WHERE v.state = {VerdictState.STANDING.value}
  AND (v.left_number IN (SELECT unnest($records)) OR v.right_number IN (SELECT unnest($records))) {{seen}}
ORDER BY v.number
"""  # noqa: S608 - a number of the contract
_BOTH: Final = "JOIN records l ON l.number = v.left_number JOIN records r ON r.number = v.right_number"
_RULINGS: Final = _RULED.format(both="", seen="")
_RULINGS_SEEN: Final = _RULED.format(both=_BOTH, seen=_SEEN)
_TASK_COLUMNS: Final = f"""
SELECT t.identity_low, t.identity_high, t.reason, t.left_number, t.right_number, t.match_weight,
  l.name, r.name, low.name, high.name,
  t.raise_time, t.priority, t.claimed_by, t.claim_until, t.number,
  (SELECT list(v.number ORDER BY v.create_time, v.number) FROM verdicts v WHERE v.state = {VerdictState.PENDING.value}
     AND v.left_number = t.left_number AND v.right_number = t.right_number)
FROM {{open}} t JOIN records l ON l.number = t.left_number JOIN records r ON r.number = t.right_number
JOIN records low ON low.number = t.identity_low JOIN records high ON high.number = t.identity_high
"""  # noqa: S608 - as above
_TASK: Final = f"{_TASK_COLUMNS} WHERE t.identity_low = $low AND t.identity_high = $high"
_TASKS_OF: Final = f"""{_TASK_COLUMNS}
WHERE t.identity_low = $identity OR t.identity_high = $identity ORDER BY t.match_weight DESC, t.number"""
_TASKS_AFTER: Final = f"""
WITH last AS (SELECT priority, number FROM {{raised}} WHERE number = $after)
{_TASK_COLUMNS}
WHERE ($after = 0 OR t.priority < (SELECT priority FROM last)
    OR t.priority = (SELECT priority FROM last) AND t.number > (SELECT number FROM last))
  AND ($authority = '' OR l.authority = $authority OR r.authority = $authority)
  AND ($country = '' OR l.country = $country OR r.country = $country)
  AND (len($reasons) = 0 OR t.reason IN (SELECT unnest($reasons)))
  AND (NOT $unclaimed OR t.claim_until IS NULL OR t.claim_until <= $now)
ORDER BY t.priority DESC, t.number LIMIT $limit
"""  # noqa: S608 - as above
_OPEN_TASKS: Final = "(SELECT * FROM review_tasks WHERE closed_by IS NULL)"


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

    def __init__(self, reading: Reading, receipts: Receipts) -> None:
        self._reading = reading
        self._receipts = receipts

    def verdict(self, number: int, viewer: Viewer | None = None) -> Verdict | None:
        """A verdict, a withdrawn one included."""
        return next(iter(self._verdicts(_VERDICT, viewer, number=number)), None)

    def numbered(self, numbers: Collection[int], viewer: Viewer | None = None) -> dict[int, Verdict]:
        """Verdicts by their numbers."""
        found = self._verdicts(_VERDICTS_IN, viewer, numbers=list(numbers))
        return {verdict.number: verdict for verdict in found}

    def verdicts(
        self, after: int, limit: int, record: str, state: VerdictState, viewer: Viewer | None = None
    ) -> list[Verdict]:
        """Verdicts after the one with a number (0: from the first), newest first; of one record and in one state.

        Raises:
            InvalidInput: PAGE_TOKEN_INVALID; there is no such verdict any more.
        """
        if after and self.verdict(after, viewer) is None:
            raise InvalidInput((continues_what_is_gone(),))
        return self._verdicts(_VERDICTS_AFTER, viewer, after=after, record=record, state=state.value, limit=limit)

    def between(self, one: str, other: str, viewer: Viewer | None = None) -> list[Verdict]:
        """The verdicts on two records that were not withdrawn."""
        return self._verdicts(_VERDICTS_ON, viewer, one=one, other=other)

    def standing_on(self, records: Collection[str], viewer: Viewer | None = None) -> list[Verdict]:
        """The verdicts that stand on any of the records."""
        return self._verdicts(_VERDICTS_WITHIN, viewer, records=list(records))

    def connected(self, records: Iterable[int], viewer: Viewer | None = None) -> list[Ruling]:
        """All standing verdicts that lead, one by one, from the records to others."""

        def read(sight: Sight | None) -> list[Ruling]:
            found: dict[int, Ruling] = {}
            seen: set[int] = set()
            frontier = set(records)
            while frontier:
                seen |= frontier
                some = list(map(ruling_from_row, self._ruling_rows(sorted(frontier), sight)))
                found |= {ruling.number: ruling for ruling in some}
                frontier = {end for ruling in some for end in ruling.pair} - seen
            return list(found.values())

        return self._reading.seen_by(viewer, read)

    def task(self, one: int, other: int, now: datetime, viewer: Viewer | None = None) -> OpenTask | None:
        """The open task between two identities, by their numbers."""
        return next(iter(self._tasks(_TASK, viewer, now, low=min(one, other), high=max(one, other))), None)

    def tasks(self, after: int, limit: int, which: TaskFilter, viewer: Viewer | None = None) -> list[OpenTask]:
        """Open tasks in falling order of priority, after the one with a revision (0: from the first)."""
        return self._tasks(
            _TASKS_AFTER,
            viewer,
            which.now,
            after=after,
            authority=which.authority,
            country=which.country,
            reasons=[reason.value for reason in which.reasons],
            unclaimed=which.unclaimed_only,
            now=which.now,
            limit=limit,
        )

    def tasks_of(self, identity: int, now: datetime, viewer: Viewer | None = None) -> list[OpenTask]:
        """Open tasks between an identity and others, the strongest first."""
        return self._tasks(_TASKS_OF, viewer, now, identity=identity)

    def _verdicts(self, query: str, viewer: Viewer | None, **values: object) -> list[Verdict]:
        def read(sight: Sight | None) -> list[Verdict]:
            if sight is None:
                rows = self._reading.rows(query.format(seen=""), values)
            else:
                rows = self._reading.rows(query.format(seen=_SEEN), sight.seen(**values))
            return list(map(verdict_from_row, rows))

        return self._reading.seen_by(viewer, read)

    def _ruling_rows(self, records: list[int], sight: Sight | None) -> list[tuple[Any, ...]]:
        if sight is None:
            return self._reading.rows(_RULINGS, {"records": records})
        return self._reading.rows(_RULINGS_SEEN, sight.seen(records=records))

    def _tasks(self, query: str, viewer: Viewer | None, asked_at: datetime, **values: object) -> list[OpenTask]:
        def read(sight: Sight | None) -> list[OpenTask]:
            if sight is None:
                asked = query.format(open=_OPEN_TASKS, raised="review_tasks")
                rows = self._reading.rows(asked, values)
            else:
                asked = query.format(open=told.OPEN_TASKS, raised=told.TASKS)
                rows = self._reading.rows(asked, sight.told(**values))
            return [self._open_task(row, asked_at) for row in rows]

        return self._reading.seen_by(viewer, read)

    def _open_task(self, row: Sequence[Any], now: datetime) -> OpenTask:
        low, high, reason, left, right, weight, left_name, right_name, low_name, high_name, *standing = row
        raised, points, examiner, until, number, pending = standing
        kind = ReviewReason(reason)
        task = Task((low, high), kind, Pair(left, right, weight))
        return OpenTask(
            task=self._receipts.task(task, {left: left_name, right: right_name, low: low_name, high: high_name}),
            raise_time=raised,
            due_time=review_order.due(kind, raised),
            priority=review_order.priority(points, now),
            claim=claim_of(examiner, until),
            revision=number,
            pending_verdicts=tuple(pending or ()),
        )

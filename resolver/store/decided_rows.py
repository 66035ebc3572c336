"""The writing side of decisions, within the writer's transaction: the feed, and what it tells of who is where."""

from __future__ import annotations

from collections.abc import Sequence

from resolver.store import decided, tellings
from resolver.store.arrow import arrow_table
from resolver.store.audiences import Audiences
from resolver.store.feed_rows import CommittedDecision, concerned_by, marks
from resolver.store.planned import Planned
from resolver.store.resident import Resident
from resolver.store.resident_rows import MEMBERSHIPS, TASKS


class DecidedRows:
    """Statements of the one writer, and the tables in memory that it reads."""

    def __init__(self, planned: Planned, resident: Resident, audiences: Audiences) -> None:
        self._planned = planned
        self._resident = resident
        self._audiences = audiences

    def write(self, decisions: Sequence[CommittedDecision]) -> None:
        """Appends decisions to the feed and carries out what they tell: memberships and review tasks.

        What others are told instead is written beside, for whoever reads as one of them.
        """
        told = [each for item in decisions for each in item.told]
        self._audiences.enter([*(item.audience for item in decisions), *(each.audience for each in told)])
        audiences = {item.sequence: self._audiences.number(item.audience) for item in decisions}
        self._planned.insert("decisions", decided.feed_table(decisions, audiences))
        self._planned.insert("identities", decided.identities_table(decisions, audiences))
        touched = set().union(*(item.outcome.touched for item in decisions))
        concerned = concerned_by(decisions, self._resident.members(touched))
        self._write_memberships(decisions, audiences)
        owners = self._resident.owners(set().union(*concerned, *(each.concerned for each in told)))
        self._planned.insert("marks", marks(decisions, concerned, owners, audiences))
        self._write_tasks(decisions, audiences)
        for name, rows in tellings.tables(told, owners, self._audiences.number).items():
            self._planned.insert(name, rows)

    def _write_memberships(self, decisions: Sequence[CommittedDecision], audiences: decided.Numbers) -> None:
        moved = decided.memberships(decisions, audiences)
        if moved.closed.num_rows:
            self._planned.run("close_memberships", {"ended": moved.closed})
        self._planned.insert("memberships", moved.opened)
        self._resident.move(moved.closed["record_number"].to_pylist(), arrow_table(MEMBERSHIPS, moved.current))

    def _write_tasks(self, decisions: Sequence[CommittedDecision], audiences: decided.Numbers) -> None:
        tasks = decided.tasks(decisions, audiences)
        if tasks.closed.num_rows:
            self._planned.run("close_tasks", {"ended_tasks": tasks.closed})
        self._planned.insert("tasks", tasks.opened)
        raised = arrow_table(TASKS, [row[: len(TASKS)] for row in tasks.current])
        keys = (tasks.closed[name].to_pylist() for name in ("identity_low", "identity_high"))
        self._resident.replace_tasks(set(zip(*keys, strict=True)), raised)

"""Puts another configuration in force: works its target out, stages it beside what is in force, and takes over.

What arrives meanwhile is staged too. Broken off at any moment before it takes over, the store is as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from typing import Final, TypeVar

from resolver.domain.errors import ErrorReason, Refused, ResolverError
from resolver.domain.plan import Plan, PlanCounts, PlanState
from resolver.engine.asked.plan_steps import BeginStaging, CatchUp, Decode, SetState, Stage, TakeOver
from resolver.engine.engine import Engine
from resolver.jobs.plan_control import Control, Steps
from resolver.jobs.plan_making import counts_of
from resolver.jobs.resolving import Weighing
from resolver.jobs.target import Target, target_of
from resolver.store.configuration import Configuration
from resolver.store.content import content_of
from resolver.store.pair_rows import both_ways
from resolver.store.snapshot import Snapshot
from resolver.store.staging import Staging

_PAIRS_AT_ONCE: Final = 2_500
_CAUGHT_UP_AT_ONCE: Final = 200
_PATIENCE: Final = 20
"""Rounds of catching up after which the rest is staged in the transaction that takes over, however much it is."""
_Item = TypeVar("_Item")


class TakingOver:
    """Has no state of its own beyond its tools."""

    def __init__(self, engine: Engine, steps: Steps, decode: Decode, weigh: Weighing, memory: str) -> None:
        """`memory` is what a target may take within DuckDB, such as `4GB`."""
        self._engine = engine
        self._memory = memory
        self._steps = steps
        self._decode = decode
        self._weigh = weigh

    def target(
        self, snapshot: Snapshot, wanted: Configuration, control: Control, source: int = 0
    ) -> AbstractContextManager[Target]:
        """What the store would hold by another configuration, or with the records of a staged source."""
        present = self._engine.configuration
        entering = snapshot.staged(source) if source else ()
        scratch = self._engine.scratch(self._memory)
        return target_of(snapshot, scratch, present, wanted, self._decode, self._weigh, control, entering)

    def counts(self, snapshot: Snapshot, target: Target) -> PlanCounts:
        """What that would change, in numbers."""
        numbers = [record for shift in target.difference.shifts for record in shift.records]
        records = {number: self._decode(payload) for rows in snapshot.payloads(numbers) for number, payload in rows}
        return counts_of(target, snapshot.confirmed(), snapshot.owned(numbers), records)

    def carry_out(self, plan: Plan, wanted: Configuration, control: Control) -> Plan:
        """Puts a plan's configuration in force, or that of before it; returns the plan as it is then.

        Raises:
            Refused: it was overtaken, or exceeds its limits by now, or the run was cancelled. Whatever is raised, the
                plan is left in the state from which it was begun.
        """
        try:
            took = self._taken_over(plan, wanted, control)
        except Exception as error:
            reason = error.message if isinstance(error, ResolverError) else ""
            self._steps.take(SetState(plan.number, plan.state, plan.begun_as, reason))
            raise
        if took.state is PlanState.OVERTAKEN:
            raise Refused(ErrorReason.PLAN_OVERTAKEN, f"{plan.name} was overtaken: {took.reason}")
        return took

    def _taken_over(self, plan: Plan, wanted: Configuration, control: Control) -> Plan:
        with self._engine.snapshot() as snapshot, self.target(snapshot, wanted, control) as target:
            if plan.state is PlanState.APPLYING:
                exceeded = self.counts(snapshot, target).exceeded(plan.limits)
                if exceeded:
                    raise Refused(ErrorReason.PLAN_LIMIT, f"{plan.name} is refused: by now {exceeded}")
            staging = self._staged(target, control)
            head, moment = snapshot.head, snapshot.time
            unsettled = set(target.difference.unsettled)
        caught_up, rounds = head, 0
        while True:
            caught_up, ends = self._caught_up(staging, caught_up, control)
            unsettled |= ends
            control.told("taking over")
            step = TakeOver(
                plan.number,
                staging,
                head,
                moment,
                caught_up,
                frozenset(unsettled),
                self._decode,
                patient=rounds < _PATIENCE,
            )
            took = self._steps.take(step).plan
            if took is not None:
                return took
            rounds += 1

    def _staged(self, target: Target, control: Control) -> Staging:
        """The target in tables beside those in force."""
        staging = Staging(target.configuration, with_content=target.anew)
        self._steps.take(BeginStaging(staging))
        if target.anew:
            for comparable, facts, keys in target.content():
                control.told("staging records")
                staging.add_content(comparable, facts, keys)
                for table, rows in (("comparable", comparable), ("facts", facts), ("keys", keys)):
                    self._steps.take_resting(Stage(table, rows), control)
        for start in range(0, len(target.pairs), _PAIRS_AT_ONCE):
            control.told("staging pairs")
            rows = both_ways(target.pairs[start : start + _PAIRS_AT_ONCE])
            staging.add_pairs(rows)
            self._steps.take_resting(Stage("pairs", rows), control)
        staging.commit()
        return staging

    def _caught_up(self, staging: Staging, since: int, control: Control) -> tuple[int, set[int]]:
        """Stages what was decided about after a place; returns the new place, and records that have to be looked at."""
        if staging.content is None:
            return since, set()
        frequencies = staging.configuration.model.frequencies
        ends: set[int] = set()
        with self._engine.snapshot() as snapshot:
            for piece in in_pieces(sorted(snapshot.changed(since)), _CAUGHT_UP_AT_ONCE):
                control.told("catching up")
                content = {
                    number: content_of(self._decode(payload), frequencies)
                    for rows in snapshot.payloads(piece)
                    for number, payload in rows
                }
                ends |= self._steps.take(CatchUp(staging, frozenset(piece), content)).records
            return snapshot.head, ends


def in_pieces(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """The items, some at a time."""
    rest = iter(items)
    while piece := list(islice(rest, size)):
        yield piece

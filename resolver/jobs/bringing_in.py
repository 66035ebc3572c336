"""Brings the records of a staged source in by a plan, or takes them back, some at a time, as bulk writes are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from resolver.domain.errors import ErrorReason, Refused, ResolverError
from resolver.domain.plan import Plan, PlanState
from resolver.engine.asked.plan_steps import Decode, SetState
from resolver.engine.asked.source_steps import BringIn, SourceStep, TakeBack
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Write
from resolver.engine.engine import Engine
from resolver.engine.pace import Pace
from resolver.jobs.plan_checks import plan_of
from resolver.jobs.plan_control import Control, Steps
from resolver.jobs.taking_over import TakingOver

_FEWEST: Final = 8
_MOST: Final = 500
"""Records that one transaction brings in or takes back."""
_STEP_SECONDS: Final = 0.04
"""Seconds that it should take: a write that comes meanwhile waits for it."""


class BringingIn:
    """Has no state of its own beyond its tools."""

    def __init__(self, engine: Engine, steps: Steps, taking_over: TakingOver, decode: Decode) -> None:
        self._engine = engine
        self._steps = steps
        self._taking_over = taking_over
        self._decode = decode

    def bring_in(self, plan: Plan, control: Control) -> Plan:
        """Brings in what is left of a plan's source; returns the plan as it is then.

        Raises:
            Refused: it was overtaken, or exceeds its limits by now, or the run was cancelled. Before a record came in,
                the plan is left in the state from which it was begun; after that, the call may be repeated.
        """
        with self._put_back(plan):
            if not plan.switched:
                self._check_limits(plan, control)
            return self._paced(plan, PlanState.APPLIED, "bringing in", self._next, control)

    def take_back(self, plan: Plan, control: Control) -> Plan:
        """Withdraws what a plan brought in and nobody changed since; returns the plan as it is then.

        Raises:
            Refused: the run was cancelled, as for `bring_in`.
        """
        with self._put_back(plan):
            return self._paced(plan, PlanState.ROLLED_BACK, "taking back", _last, control)

    @contextmanager
    def _put_back(self, plan: Plan) -> Iterator[None]:
        """Gives a plan whose run breaks off before it changed anything the state from which it was begun."""
        try:
            yield
        except Exception as error:
            now = plan_of(self._engine, plan.number)
            if now.state is plan.state and not now.in_force:
                reason = error.message if isinstance(error, ResolverError) else ""
                self._steps.take(SetState(plan.number, plan.state, plan.begun_as, reason))
            raise

    def _check_limits(self, plan: Plan, control: Control) -> None:
        present = self._engine.configuration
        with (
            self._engine.snapshot() as snapshot,
            self._taking_over.target(snapshot, present, control, plan.source) as target,
        ):
            exceeded = self._taking_over.counts(snapshot, target).exceeded(plan.limits)
        if exceeded:
            raise Refused(ErrorReason.PLAN_LIMIT, f"{plan.name} is refused: by now {exceeded}")

    def _paced(
        self, plan: Plan, done: PlanState, words: str, step: Callable[[Plan, int], SourceStep], control: Control
    ) -> Plan:
        """Has steps carried out until the plan is done, in the share of time that is granted."""
        pace = Pace(_FEWEST, _MOST)
        while plan.state is not done:
            control.told(words, plan.settled, plan.work)
            records = pace.room(_STEP_SECONDS)
            following = step(plan, records)
            begun = time.monotonic()
            plan = self._steps.plan_after(following, None)
            taken = time.monotonic() - begun
            if plan.state is PlanState.OVERTAKEN:
                raise Refused(ErrorReason.PLAN_OVERTAKEN, f"{plan.name} was overtaken: {plan.reason}")
            pace.measured(records, taken)
            if plan.state is not done:
                control.rest(taken)
        return plan

    def _next(self, plan: Plan, records: int) -> BringIn:
        """The next records of a source, standardised before the writer's turn."""
        found = self._engine.reader.staged.waiting(plan.source, records)
        changes = tuple(Submission(self._decode(payload), payload) for _, payload in found)
        (prepared,) = self._engine.prepared([Write(changes)])
        submissions = [each for each in prepared.changes if isinstance(each, Submission)]
        return BringIn(plan.number, dict(zip((place for place, _ in found), submissions, strict=True)))


def _last(plan: Plan, records: int) -> TakeBack:
    """The last records that were brought in and are there still."""
    return TakeBack(plan.number, records)

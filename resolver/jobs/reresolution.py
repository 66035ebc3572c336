"""Re-resolution of a store by another model, policy or threshold, or with a staged source: plan, apply, roll back.

A plan changes nothing; it keeps what it would change. Applying works the target out anew for the store as it is then,
stages it beside what is in force, catches up with what arrived meanwhile, takes over in one short transaction, and
lets identities follow in small ones. Rolling back does the same towards what was in force before. The records of a
source come in as if they were sent, and are withdrawn to roll back. Broken off at any moment, the store is as it was,
or whole and on its way, and the same call takes it up again.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from resolver.collecting import without_full_collections
from resolver.domain.errors import ErrorReason, Refused
from resolver.domain.plan import Limits, Plan, PlanState
from resolver.engine.asked.plan_steps import AddChanges, Decode, ForgetUnfinished, PutPlan, SetState, Settle
from resolver.engine.engine import Engine
from resolver.engine.pace import Pace
from resolver.jobs.bringing_in import BringingIn
from resolver.jobs.giving_way import giving_way
from resolver.jobs.plan_checks import applicable, plannable, refuse_other, revertible
from resolver.jobs.plan_control import PLAN_MEMORY, UNWATCHED, Control, Steps
from resolver.jobs.plan_making import changes_of
from resolver.jobs.resolving import Weighing, within_duckdb
from resolver.jobs.taking_over import TakingOver, in_pieces
from resolver.jobs.target import Target
from resolver.linkage.model import ModelTexts
from resolver.store.configuration import Configuration
from resolver.store.plan_rows import change_row

_CHANGES_AT_ONCE: Final = 200
_FEWEST: Final = 2
_MOST: Final = 500
"""Records that one transaction looks at."""
_STEP_SECONDS: Final = 0.01
"""Seconds that it should take: a write that comes meanwhile waits for it."""
_FIRST_PACE: Final = 100.0
"""Records a second, until one step was measured: those that have to be compared anew come first, and take longest."""


class Reresolver:
    """Plans, applies and rolls back, one at a time. Calls block, and may come from any thread but the writer's."""

    def __init__(
        self, engine: Engine, decode: Decode, weigh: Weighing = within_duckdb, memory: str = PLAN_MEMORY
    ) -> None:
        """`decode` reads records as they were sent; `weigh` is how pairs are found and weighed.

        `memory` is what joining and scoring may take within DuckDB, such as `4GB`; more is spilled beside the store.
        """
        self._engine = engine
        self._decode = decode
        self._steps = Steps(engine)
        self._taking_over = TakingOver(engine, self._steps, decode, weigh, memory)
        self._bringing_in = BringingIn(engine, self._steps, self._taking_over, decode)
        self._running = Lock()

    def plan(
        self,
        wanted: Configuration,
        model: ModelTexts | None,
        limits: Limits,
        control: Control = UNWATCHED,
        operation: str = "",
    ) -> Plan:
        """Makes a plan of what another configuration would change.

        Args:
            wanted: What would be in force.
            model: The texts of its model, unless that is in force already or shipped.
            limits: What may change at most; a plan beyond that is kept, and refused.
            control: How the run is watched and held back.
            operation: The long-running operation by which it is made, if by one.

        Raises:
            Refused: another run is under way, a plan is half applied, or the run was cancelled; there is no plan then.
        """
        with self._alone():
            refuse_other(self._engine)
            return self._planned(wanted, model, limits, control, operation)

    def plan_source(self, source: int, limits: Limits, control: Control = UNWATCHED, operation: str = "") -> Plan:
        """Makes a plan of what the records of a staged source would change; else as `plan`.

        Raises:
            NotFound: there is no such source, or nothing of it is left to bring in.
            Refused: as for `plan`.
        """
        with self._alone():
            plannable(self._engine, source)
            return self._planned(self._engine.configuration, None, limits, control, operation, source)

    def _planned(
        self,
        wanted: Configuration,
        model: ModelTexts | None,
        limits: Limits,
        control: Control,
        operation: str,
        source: int = 0,
    ) -> Plan:
        now, former = self._engine.now(), self._engine.configuration
        with (
            self._engine.snapshot() as snapshot,
            self._taking_over.target(snapshot, wanted, control, source) as target,
        ):
            counts = self._taking_over.counts(snapshot, target)
            number = self._put_changes(target, former, control)
            exceeded = counts.exceeded(limits)
            plan = Plan(
                number=number,
                state=PlanState.REFUSED if exceeded else PlanState.PLANNED,
                snapshot=snapshot.head,
                model=wanted.model.name,
                policy=wanted.policy.name,
                former_model=former.model.name,
                former_policy=former.policy.name,
                limits=limits,
                counts=counts,
                content_hash=target.difference.digest(),
                create_time=now,
                update_time=now,
                reason=exceeded,
                operation=operation,
                source=source,
            )
            control.told("writing the plan")
            self._steps.take(PutPlan(plan, (wanted.policy, former.policy), model), control.asked)
            return plan

    def apply(self, number: int, control: Control = UNWATCHED) -> Plan:
        """Applies a plan, or goes on with it where that was broken off. Returns the plan as it is then.

        Raises:
            NotFound: there is no such plan.
            Refused: it cannot be applied in its state, was overtaken, or now exceeds its limits, or too few people
                approve of its model; or the run was cancelled. Before it took over, the store is as it was; after
                that, the call may be repeated.
        """
        with self._alone():
            plan = applicable(self._engine, number)
            if plan.state is PlanState.PLANNED:
                self._refuse_overtaken(plan)
                begun = SetState(number, PlanState.PLANNED, PlanState.APPLYING)
                plan = self._steps.plan_after(begun, control.asked)
            if plan.source:
                return self._bringing_in.bring_in(plan, control)
            if not plan.in_force:
                wanted, _ = self._engine.reader.plans.policies(number)
                configuration = Configuration(self._engine.stored_model(plan.model), wanted)
                plan = self._taking_over.carry_out(plan, configuration, control)
            return self._settled(plan, control)

    def roll_back(self, number: int, control: Control = UNWATCHED) -> Plan:
        """Restores what was in force before a plan, or goes on with that. Returns the plan as it is then.

        Raises:
            NotFound: there is no such plan.
            Refused: it is not what is in force, or is so for too long; or the run was cancelled, as for `apply`.
        """
        with self._alone():
            plan = revertible(self._engine, number)
            if plan.state is not PlanState.ROLLING_BACK:
                begun = SetState(number, plan.state, PlanState.ROLLING_BACK)
                plan = self._steps.plan_after(begun, control.asked)
            if plan.source:
                return self._bringing_in.take_back(plan, control)
            if not plan.in_force:
                _, former = self._engine.reader.plans.policies(number)
                configuration = Configuration(self._engine.stored_model(plan.former_model), former)
                plan = self._taking_over.carry_out(plan, configuration, control)
            return self._settled(plan, control)

    @property
    def busy(self) -> bool:
        """Whether a plan is being made, applied or rolled back now."""
        return self._running.locked()

    def put_back(self, attended: Collection[str]) -> None:
        """Gives a plan that was broken off before it took over the state from which it was begun.

        `attended` are the names of plans that somebody will go on with: they stay.
        """
        with self._alone():
            plan = self._engine.reader.plans.under_way()
            if plan is not None and not plan.in_force and plan.name not in attended:
                self._steps.take(SetState(plan.number, plan.state, plan.begun_as))

    def _put_changes(self, target: Target, former: Configuration, control: Control) -> int:
        """Writes down what a target changes, and returns the number of the plan that this is for."""
        control.told("writing the plan")
        self._steps.take(ForgetUnfinished())
        number = self._engine.reader.plans.next_number()
        for piece in in_pieces(changes_of(target, former.policy, self._engine.names), _CHANGES_AT_ONCE):
            control.told("writing the plan")
            records = [record for _, shift in piece for group in shift.before for record in group.records]
            self._steps.take(AddChanges(number, [change_row(number, change) for change, _ in piece], records))
        return number

    def _settled(self, plan: Plan, control: Control) -> Plan:
        """Lets identities follow, some at a time."""
        done = PlanState.ROLLED_BACK if plan.state is PlanState.ROLLING_BACK else PlanState.APPLIED
        pace = Pace(_FEWEST, _MOST, _FIRST_PACE)
        while plan.state is not done:
            control.told("regrouping", plan.settled, plan.work)
            step, begun = Settle(plan.number, pace.room(_STEP_SECONDS), self._decode), time.monotonic()
            before, (plan, seconds) = plan, self._steps.plan_and_seconds_after(step)
            # What it waited for the writer says nothing of how long others wait for it.
            pace.measured(max(1, plan.settled - before.settled), seconds)
            if plan.state is not done:
                control.rest(time.monotonic() - begun)
        return plan

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._running.acquire(blocking=False):
            raise Refused(ErrorReason.PLAN_UNDER_WAY, "another plan is being made, applied or rolled back")
        try:
            with without_full_collections(), giving_way():
                yield
        finally:
            self._running.release()

    def _refuse_overtaken(self, plan: Plan) -> None:
        """A plan is for the model and policy that were in force when it was made."""
        if (self._engine.model_name, self._engine.policy_name) != (plan.former_model, plan.former_policy):
            reason = f"it was made for {plan.former_model} and {plan.former_policy}, which are not in force any more"
            self._steps.take(SetState(plan.number, PlanState.PLANNED, PlanState.OVERTAKEN, reason))
            raise Refused(ErrorReason.PLAN_OVERTAKEN, f"{plan.name} was overtaken: {reason}")

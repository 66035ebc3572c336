"""Re-resolution of a store by another model, policy or threshold: planned, applied, rolled back.

A plan changes nothing; it keeps what it would change. Applying works the target out anew for the store as it is then,
stages it beside what is in force, catches up with what arrived meanwhile, takes over in one short transaction, and
lets identities follow in small ones. Rolling back does the same towards what was in force before. Broken off at any
moment, the store is as it was, or whole and on its way, and the same call takes it up again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from threading import Lock
from typing import Final, TypeVar

from resolver.domain.answer import Stepped
from resolver.domain.audit import Asked
from resolver.domain.errors import ErrorReason, NotFound, Overloaded, Refused, ResolverError
from resolver.domain.plan import PLANS, Limits, Plan, PlanCounts, PlanState
from resolver.engine import Engine
from resolver.identity.partition import Pair
from resolver.jobs.plan_making import changes_of, counts_of
from resolver.jobs.target import Target, target_of
from resolver.linkage.model import ModelTexts
from resolver.pace import Pace
from resolver.steps import (
    AddChanges,
    BeginStaging,
    CatchUp,
    Decode,
    PutPlan,
    SetState,
    Settle,
    Stage,
    Step,
    TakeOver,
)
from resolver.store.arrow import arrow_table
from resolver.store.configuration import Configuration
from resolver.store.content import content_of
from resolver.store.plan_rows import change_row
from resolver.store.row_schemas import PAIRS
from resolver.store.snapshot import Snapshot
from resolver.store.staging import Staging
from resolver.writes import Write

_CHANGES_AT_ONCE: Final = 200
_PAIRS_AT_ONCE: Final = 10_000
_CAUGHT_UP_AT_ONCE: Final = 200
_PATIENCE: Final = 20
"""Rounds of catching up after which the rest is staged in the transaction that takes over, however much it is."""
_FEWEST: Final = 8
_MOST: Final = 500
"""Records that one transaction looks at."""
_STEP_SECONDS: Final = 0.04
"""Seconds that it should take: a write that comes meanwhile waits for it."""
_AGAIN: Final = 0.2


@dataclass(frozen=True, slots=True)
class Control:
    """How a run is watched and held back.

    `progress` is told what is being done, with how many of how many records; 0 of 0 where that is not known. `share` is
    the greatest share (above 0, to 1) of the writer's time that the run takes while identities follow. `cancelled` is
    asked often. `asked` is who asked for it and why, for the audit log, unless that has it from a call.
    """

    progress: Callable[[str, int, int], None] = lambda _words, _done, _of: None
    cancelled: Callable[[], bool] = lambda: False
    share: float = 0.25
    asked: Asked | None = None


UNWATCHED: Final = Control()
_Item = TypeVar("_Item")


class Reresolver:
    """Plans, applies and rolls back, one at a time. Calls block, and may come from any thread but the writer's."""

    def __init__(self, engine: Engine, decode: Decode) -> None:
        self._engine = engine
        self._decode = decode
        self._running = Lock()

    def plan(
        self, wanted: Configuration, model: ModelTexts | None, limits: Limits, control: Control = UNWATCHED
    ) -> Plan:
        """Makes a plan of what another configuration would change; `model` are the texts of one that is not shipped.

        Raises:
            Refused: another run is under way, a plan is half applied, or the run was cancelled; nothing is kept then.
        """
        with self._alone(), self._planning(wanted, control) as (now, snapshot, target):
            number = self._engine.reader.plans.next_number()
            former = self._engine.configuration
            counts = self._counts(snapshot, target)
            found = changes_of(target, former.policy, self._engine.names)
            for piece in _pieces(found, _CHANGES_AT_ONCE):
                self._told(control, "writing the plan")
                records = [record for _, shift in piece for record in shift.records]
                self._step(AddChanges(number, [change_row(number, change) for change, _ in piece], records))
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
            )
            self._step(PutPlan(plan, (wanted.policy, former.policy), model), control.asked)
            return plan

    def apply(self, number: int, control: Control = UNWATCHED) -> Plan:
        """Applies a plan, or goes on with it where that was broken off. Returns the plan as it is then.

        Raises:
            NotFound: there is no such plan.
            Refused: it cannot be applied in its state, was overtaken, or now exceeds its limits; or the run was
                cancelled. Before it took over, the store is as it was; after that, the call may be repeated.
        """
        with self._alone():
            plan = self._plan(number)
            self._refuse_other(plan)
            if plan.state is PlanState.PLANNED:
                self._refuse_overtaken(plan)
                plan = self._stepped(SetState(number, PlanState.PLANNED, PlanState.APPLYING), control.asked)
            if plan.state is not PlanState.APPLYING:
                raise Refused(ErrorReason.PLAN_STATE, f"{plan.name} is {plan.state.name}, and cannot be applied")
            if not plan.in_force:
                wanted, _ = self._engine.reader.plans.policies(number)
                configuration = Configuration(self._engine.stored_model(plan.model), wanted)
                plan = self._taken_over(plan, configuration, PlanState.PLANNED, control)
            return self._settled(plan, control)

    def roll_back(self, number: int, control: Control = UNWATCHED) -> Plan:
        """Restores what was in force before a plan, or goes on with that. Returns the plan as it is then.

        Raises:
            NotFound: there is no such plan.
            Refused: it is not what is in force, or is so for too long; or the run was cancelled, as for `apply`.
        """
        with self._alone():
            plan = self._plan(number)
            self._refuse_other(plan)
            before = PlanState.APPLIED if plan.apply_time is not None else PlanState.APPLYING
            if plan.state is not PlanState.ROLLING_BACK:
                self._refuse_too_late(plan)
                plan = self._stepped(SetState(number, before, PlanState.ROLLING_BACK), control.asked)
            if not plan.in_force:
                _, former = self._engine.reader.plans.policies(number)
                configuration = Configuration(self._engine.stored_model(plan.former_model), former)
                plan = self._taken_over(plan, configuration, before, control)
            return self._settled(plan, control)

    def _taken_over(self, plan: Plan, wanted: Configuration, before: PlanState, control: Control) -> Plan:
        """Puts a configuration in force; failing that, leaves the plan in the state that it had before."""
        applying = plan.state is PlanState.APPLYING
        try:
            with self._engine.snapshot() as snapshot, self._target(snapshot, wanted, control) as target:
                exceeded = self._counts(snapshot, target).exceeded(plan.limits) if applying else ""
                if exceeded:
                    raise Refused(ErrorReason.PLAN_LIMIT, f"{plan.name} is refused: by now {exceeded}")
                staging = self._staged(target, control)
                head, moment = snapshot.head, snapshot.time
                unsettled = set(target.difference.unsettled)
            caught_up = head
            for attempt in range(_PATIENCE + 1):
                caught_up, ends = self._caught_up(staging, caught_up, control)
                unsettled |= ends
                self._told(control, "taking over")
                took = self._step(
                    TakeOver(
                        plan.number,
                        staging,
                        head,
                        moment,
                        caught_up,
                        frozenset(unsettled),
                        self._decode,
                        patient=attempt < _PATIENCE,
                    )
                )
                if took.plan is not None:
                    break
        except ResolverError as error:
            self._step(SetState(plan.number, plan.state, before, error.message))
            raise
        if took.plan is None or took.plan.state is PlanState.OVERTAKEN:
            raise Refused(
                ErrorReason.PLAN_OVERTAKEN, f"{plan.name} was overtaken: {took.plan.reason if took.plan else ''}"
            )
        return took.plan

    def _staged(self, target: Target, control: Control) -> Staging:
        """The target in tables beside those in force."""
        staging = Staging(target.configuration, with_content=target.anew)
        self._step(BeginStaging(staging))
        if target.anew:
            for comparable, facts, keys in target.content():
                self._told(control, "staging records")
                staging.add_content(comparable, facts, keys)
                self._step(Stage("comparable", comparable))
                self._step(Stage("facts", facts))
                self._step(Stage("keys", keys))
        for piece in _pieces(target.pairs, _PAIRS_AT_ONCE):
            self._told(control, "staging pairs")
            rows = arrow_table(PAIRS, [row for pair in piece for row in _both_ways(pair)])
            staging.add_pairs(rows)
            self._step(Stage("pairs", rows))
        staging.commit()
        return staging

    def _caught_up(self, staging: Staging, since: int, control: Control) -> tuple[int, set[int]]:
        """Stages what was decided about after a place; returns the new place, and records that have to be looked at."""
        if staging.content is None:
            return since, set()
        frequencies = staging.configuration.model.frequencies
        ends: set[int] = set()
        with self._engine.snapshot() as snapshot:
            for piece in _pieces(sorted(snapshot.changed(since)), _CAUGHT_UP_AT_ONCE):
                self._told(control, "catching up")
                content = {
                    number: content_of(self._decode(payload), frequencies)
                    for rows in snapshot.payloads(piece)
                    for number, payload in rows
                }
                ends |= self._step(CatchUp(staging, frozenset(piece), content)).records
            return snapshot.head, ends

    def _settled(self, plan: Plan, control: Control) -> Plan:
        """Lets identities follow, some at a time."""
        done = PlanState.ROLLED_BACK if plan.state is PlanState.ROLLING_BACK else PlanState.APPLIED
        pace = Pace(_FEWEST, _MOST)
        while plan.state is not done:
            self._told(control, "regrouping", plan.settled, plan.work)
            records, begun = pace.room(_STEP_SECONDS), time.monotonic()
            before, plan = plan, self._stepped(Settle(plan.number, records, self._decode))
            taken = time.monotonic() - begun
            pace.measured(max(1, plan.settled - before.settled), taken)
            if plan.state is not done:
                time.sleep(taken * (1 / control.share - 1))
        return plan

    def _counts(self, snapshot: Snapshot, target: Target) -> PlanCounts:
        numbers = [record for shift in target.difference.shifts for record in shift.records]
        records = {number: self._decode(payload) for rows in snapshot.payloads(numbers) for number, payload in rows}
        return counts_of(target, snapshot.confirmed(), snapshot.owned(numbers), records)

    @contextmanager
    def _planning(self, wanted: Configuration, control: Control) -> Iterator[tuple[datetime, Snapshot, Target]]:
        under_way = self._engine.reader.plans.under_way()
        if under_way is not None:
            raise Refused(ErrorReason.PLAN_UNDER_WAY, f"{under_way.name} is {under_way.state.name}")
        now = self._engine.now()
        with self._engine.snapshot() as snapshot, self._target(snapshot, wanted, control) as target:
            yield now, snapshot, target

    def _target(self, snapshot: Snapshot, wanted: Configuration, control: Control) -> AbstractContextManager[Target]:
        told = partial(self._told, control)
        return target_of(snapshot, self._engine.configuration, wanted, self._decode, told)

    def _told(self, control: Control, words: str, done: int = 0, of: int = 0) -> None:
        """Tells what is being done, and breaks off a run that was cancelled."""
        if control.cancelled():
            raise Refused(ErrorReason.OPERATION_CANCELLED, f"cancelled while {words}")
        control.progress(words, done, of)

    def _step(self, step: Step, asked: Asked | None = None) -> Stepped:
        """Has the writer carry out a step, when its queue has room."""
        while True:
            try:
                (answer,) = self._engine.submit(Write((), step=step, asked=asked)).result()
            except Overloaded as error:
                if error.reason is not ErrorReason.OVERLOADED:
                    raise
                time.sleep(_AGAIN)
                continue
            if not isinstance(answer, Stepped):
                raise TypeError("the writer answers a step with what became of it")
            return answer

    def _stepped(self, step: Step, asked: Asked | None = None) -> Plan:
        """The plan after a step that is about it."""
        plan = self._step(step, asked).plan
        if plan is None:
            raise TypeError("the writer answers with the plan that a step is about")
        return plan

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._running.acquire(blocking=False):
            raise Refused(ErrorReason.PLAN_UNDER_WAY, "another plan is being made, applied or rolled back")
        try:
            yield
        finally:
            self._running.release()

    def _plan(self, number: int) -> Plan:
        plan = self._engine.reader.plans.plan(number)
        if plan is None:
            raise NotFound(ErrorReason.PLAN_NOT_FOUND, f"plan {PLANS}{number} does not exist")
        return plan

    def _refuse_other(self, plan: Plan) -> None:
        under_way = self._engine.reader.plans.under_way()
        if under_way is not None and under_way.number != plan.number:
            raise Refused(ErrorReason.PLAN_UNDER_WAY, f"{under_way.name} is {under_way.state.name}")

    def _refuse_overtaken(self, plan: Plan) -> None:
        """A plan is for the model and policy that were in force when it was made."""
        if (self._engine.model_name, self._engine.policy_name) != (plan.former_model, plan.former_policy):
            reason = f"it was made for {plan.former_model} and {plan.former_policy}, which are not in force any more"
            self._step(SetState(plan.number, PlanState.PLANNED, PlanState.OVERTAKEN, reason))
            raise Refused(ErrorReason.PLAN_OVERTAKEN, f"{plan.name} was overtaken: {reason}")

    def _refuse_too_late(self, plan: Plan) -> None:
        half_applied = plan.state is PlanState.APPLYING and plan.switched
        if plan.state is not PlanState.APPLIED and not half_applied:
            raise Refused(ErrorReason.PLAN_STATE, f"{plan.name} is {plan.state.name}, and cannot be rolled back")
        if (self._engine.model_name, self._engine.policy_name) != (plan.model, plan.policy):
            raise Refused(ErrorReason.PLAN_STATE, f"another plan was applied after {plan.name}: roll that back first")
        if plan.rollback_until is not None and self._engine.now() > plan.rollback_until:
            raise Refused(ErrorReason.ROLLBACK_EXPIRED, f"{plan.name} could be rolled back until {plan.rollback_until}")


def _both_ways(pair: Pair) -> tuple[tuple[int, int, float, bool, int], ...]:
    evidence = pair.weight, pair.identifying, pair.cell
    return (pair.left, pair.right, *evidence), (pair.right, pair.left, *evidence)


def _pieces(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    rest = iter(items)
    while piece := list(islice(rest, size)):
        yield piece

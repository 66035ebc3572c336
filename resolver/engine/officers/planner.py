"""The planner: carries out the steps of a plan of re-resolution, within the writer's transaction.

Another model or policy takes over at once, for everything: pairs, and what can be compared, change their tables' names.
The identities follow. Until each that may change was looked at, it stands as it was, and any write that touches it
regroups it whole under what is in force. So at every moment the store is whole, and the end is the partition of what is
then there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from resolver.domain.answer import Stepped
from resolver.domain.errors import ErrorReason, Refused
from resolver.domain.plan import Plan, PlanState
from resolver.engine.asked.plan_steps import (
    MOST_BEHIND,
    AddChanges,
    BeginStaging,
    CatchUp,
    Decode,
    ForgetUnfinished,
    PutPlan,
    SetState,
    Settle,
    Stage,
    Step,
    TakeOver,
)
from resolver.engine.officers.counters import Counters
from resolver.identity.neighbourhood import Neighbourhood
from resolver.store.configuration import Configuration
from resolver.store.content import Content, content_of
from resolver.store.feed_rows import CommittedDecision
from resolver.store.plan_writer import PlanWriter
from resolver.store.receipts import Receipts
from resolver.store.staging import Staging
from resolver.store.writer import Writer

_DONE: Final = {PlanState.APPLYING: PlanState.APPLIED, PlanState.ROLLING_BACK: PlanState.ROLLED_BACK}


class Planner:
    """Belongs to the writer's thread. What a step changes in memory is kept or taken back with its transaction."""

    def __init__(
        self,
        plans: PlanWriter,
        writer: Writer,
        receipts: Receipts,
        configuration: Configuration,
        clock: Callable[[], datetime],
    ) -> None:
        self._plans = plans
        self._writer = writer
        self._receipts = receipts
        self._configuration = configuration
        self._clock = clock
        self._touched: Staging | None = None
        self._taking_over = self._finished = False
        writer.settle(settling=plans.settling())

    def carry_out(self, step: Step, counters: Counters) -> Stepped:
        """Carries out a step that is alone in its transaction.

        Raises:
            Refused: it does not fit the state of the plan; nothing was written.
        """
        counters.time = max(self._clock(), counters.time)
        match step:
            case ForgetUnfinished():
                self._plans.forget_unfinished()
            case AddChanges(plan, rows, records):
                self._plans.add_changes(rows, plan, records)
            case PutPlan(plan, policies, model):
                if model is not None:
                    self._plans.put_model(model)
                self._plans.put_plan(plan, policies)
                return Stepped(plan)
            case SetState():
                return self._set_state(step, counters.time)
            case BeginStaging(staging):
                self._plans.begin_staging(staging)
            case Stage(table, rows):
                self._plans.stage(table, rows)
            case CatchUp(staging, changed, content):
                self._touched = staging
                return Stepped(records=frozenset(self._plans.restage(staging, changed, dict(content))))
            case TakeOver():
                return self._take_over(step, counters.time)
            case Settle():
                begun = time.monotonic()
                settled = self._settle(step, counters)
                return replace(settled, seconds=time.monotonic() - begun)
        return Stepped()

    def committed(self) -> Configuration | None:
        """Keeps in memory what was committed; returns what is in force from now on, if a step changed that."""
        staging, taken_over = self._touched, self._taking_over
        if staging is not None:
            staging.commit()
        if staging is not None and taken_over:
            self._writer.take_over(staging)
            self._writer.settle(settling=True)
        if self._finished:
            self._writer.settle(settling=False)
        self._forget()
        return staging.configuration if staging is not None and taken_over else None

    def undone(self) -> None:
        """Takes back in memory what was not committed."""
        if self._touched is not None:
            self._touched.rollback()
        self._forget()

    def _forget(self) -> None:
        self._touched = None
        self._taking_over = self._finished = False

    def _set_state(self, step: SetState, now: datetime) -> Stepped:
        plan = self._plans.plan(step.plan)
        if plan.state is not step.before:
            raise Refused(ErrorReason.PLAN_STATE, f"{plan.name} is {plan.state.name}")
        self._plans.drop_staged()
        return Stepped(self._renewed(replace(plan, state=step.after, reason=step.reason), now))

    def _take_over(self, step: TakeOver, now: datetime) -> Stepped:
        plan = self._plans.plan(step.plan)
        if plan.in_force or plan.state not in _DONE:
            raise Refused(ErrorReason.PLAN_STATE, f"{plan.name} is {plan.state.name}")
        first = plan.state is PlanState.APPLYING
        if first and self._plans.overtaken(plan):
            self._plans.drop_staged()
            reason = "a record of its changes was changed, moved or judged since it was made"
            return Stepped(self._renewed(replace(plan, state=PlanState.OVERTAKEN, reason=reason), now))
        staging, frequencies = step.staging, step.staging.configuration.model.frequencies
        behind = self._plans.decided(step.caught_up)
        if step.patient and len(behind) > MOST_BEHIND:
            return Stepped()
        present = self._plans.present(behind) if staging.content is not None else {}
        content = {number: content_of(step.decode(payload), frequencies) for number, payload in present.items()}
        self._touched, self._taking_over = staging, True
        ends = self._plans.restage(staging, behind, content)
        touched = self._plans.touched(step.snapshot, step.time)
        compared = self._plans.present(self._plans.decided(step.snapshot))
        # Where somebody does not see all, identities may change for it that are what they were.
        hidden = self._plans.guarded()
        work = self._plans.put_work(step.unsettled | ends | touched | hidden, compared.keys())
        self._plans.take_over(staging)
        return Stepped(self._renewed(replace(plan, switched=True, switched_back=not first, work=work, settled=0), now))

    def _settle(self, step: Settle, counters: Counters) -> Stepped:
        plan = self._plans.plan(step.plan)
        if plan.state not in _DONE or not plan.in_force:
            raise Refused(ErrorReason.PLAN_STATE, f"{plan.name} is {plan.state.name}")
        work = self._plans.work(plan.settled, step.records)
        if any(compare for *_, compare in work):
            # To compare a record takes as long as a write of it: each is a step of its own.
            work = work[:1]
        seeds = [number for _, number, _ in work]
        compared = [number for _, number, compare in work if compare]
        decisions = self._settled(plan, seeds, compared, step.decode, counters)
        if decisions:
            self._writer.write_decisions(decisions)
        # What is left may have been purged.
        settled = work[-1][0] if work else plan.work
        if settled < plan.work:
            return Stepped(self._renewed(replace(plan, settled=settled), counters.time))
        self._plans.finish()
        self._finished = True
        applied = counters.time if plan.state is PlanState.APPLYING else plan.apply_time
        done = replace(plan, settled=settled, state=_DONE[plan.state], apply_time=applied)
        return Stepped(self._renewed(done, counters.time))

    def _settled(
        self, plan: Plan, seeds: Sequence[int], compared: Sequence[int], decode: Decode, counters: Counters
    ) -> list[CommittedDecision]:
        """The decisions that put the identities around records in the state that is asked for; some are compared."""
        content = self._content(compared, decode)
        if content:
            self._writer.write_pairs(self._writer.replace_content(list(content), content))
        around = Neighbourhood(self._configuration.policy)
        loaded = set[int]()
        self._writer.around.load(around, seeds, loaded)
        self._writer.around.load_ends(around, loaded)
        teller = self._writer.around.teller(around)
        former, former_policy = self._plans.former_pairs(list(around.facts)), self._plans.former_policy(plan)
        keys, versions = around.names, self._versions(around)
        decisions: list[CommittedDecision] = []
        done: set[int] = set()
        for seed in seeds:
            if seed in done or seed not in around.facts:
                continue
            region = around.component(seed)
            done |= region
            told = teller.settle(region, former, former_policy)
            if told is None:
                continue
            counters.sequence += 1
            decisions.append(
                self._receipts.committed(told, keys, versions, counters.sequence, counters.time, plan=plan.number)
            )
        return decisions

    def _content(self, numbers: Sequence[int], decode: Decode) -> Mapping[int, Content]:
        frequencies = self._configuration.model.frequencies
        present = self._plans.present(numbers) if numbers else {}
        return {number: content_of(decode(payload), frequencies) for number, payload in present.items()}

    def _versions(self, around: Neighbourhood) -> Mapping[int, int]:
        known = self._writer.known_records([item.key for item in around.facts.values()])
        return {record.number: record.version for record in known.values()}

    def _renewed(self, plan: Plan, now: datetime) -> Plan:
        renewed = replace(plan, update_time=now)
        self._plans.renew_plan(renewed)
        return renewed

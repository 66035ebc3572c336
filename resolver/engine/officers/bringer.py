"""The bringer: stages sources of records, brings them in by a plan, and takes them back, in the writer's transaction.

What is staged is in tables that nothing else reads. It is brought in as if it had been sent, some records at a time, so
the end is the partition of what is then there; each decision names the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from resolver.access.rights import WriteRights
from resolver.domain.answer import Stepped
from resolver.domain.errors import ErrorReason, NotFound, Refused
from resolver.domain.plan import Plan, PlanState
from resolver.domain.record import source_of
from resolver.domain.staged import KNOWN_PERIOD, STAGED_PERIOD, STAGED_SOURCES
from resolver.engine.asked.source_steps import BringIn, DropSource, SourceStep, StageRecords, TakeBack
from resolver.engine.asked.writes import Change, Sender, Withdrawal
from resolver.engine.officers.counters import Counters
from resolver.engine.officers.ledger import Ledger
from resolver.engine.officers.refusing import refusal
from resolver.retention.policy import RetentionPolicy
from resolver.store.markings import marking_to_text
from resolver.store.plan_writer import PlanWriter
from resolver.store.staged_rows import StagedRows
from resolver.store.writer import Writer


class Bringer:
    """Belongs to the writer's thread. Holds no state of its own beyond its tools."""

    def __init__(
        self,
        rows: StagedRows,
        plans: PlanWriter,
        writer: Writer,
        ledger: Ledger,
        retention: RetentionPolicy,
        clock: Callable[[], datetime],
    ) -> None:
        self._rows = rows
        self._plans = plans
        self._writer = writer
        self._ledger = ledger
        self._retention = retention
        self._clock = clock

    def carry_out(self, step: SourceStep, rights: WriteRights | None, counters: Counters) -> Stepped:
        """Carries out a step that is alone in its transaction, with the rights of who stages.

        Raises:
            ResolverError: it does not fit what is there, or who stages may not send such a record; nothing was written.
        """
        now = counters.time = max(self._clock(), counters.time)
        match step:
            case StageRecords():
                return self._stage(step, rights, now)
            case DropSource(source):
                return self._drop(source)
            case BringIn():
                return self._bring_in(step, counters)
            case TakeBack():
                return self._take_back(step, counters)

    def _stage(self, step: StageRecords, rights: WriteRights | None, now: datetime) -> Stepped:
        caller = "" if rights is None else rights.caller
        if step.source and not self._rows.is_open(step.source, caller):
            words = f"{STAGED_SOURCES}{step.source} does not exist, or is whole already"
            raise NotFound(ErrorReason.STAGED_SOURCE_NOT_FOUND, words)
        known = self._writer.known_records([each.name for each in step.records])
        rows = []
        for each in step.records:
            error = refusal(each, known.get(each.name), rights)
            if error is not None:
                raise error
            kept = self._retention.dates(each.record.retention, source_of(each.name), now.date())
            guard = self._writer.guards.number(each.record.guard)
            last_day = min(kept.expiry, (now + STAGED_PERIOD).date())
            rows.append((each.name, each.payload, last_day, guard, marking_to_text(each.record.marking)))
        source = step.source or self._rows.open(now, caller)
        self._rows.add(source, rows)
        if step.whole:
            self._rows.close(source)
        return Stepped(source=source)

    def _drop(self, source: int) -> Stepped:
        if self._rows.under_way(source):
            raise Refused(ErrorReason.PLAN_UNDER_WAY, f"a plan is bringing {STAGED_SOURCES}{source} in")
        if not self._rows.drop(source):
            raise NotFound(ErrorReason.STAGED_SOURCE_NOT_FOUND, f"nothing waits in {STAGED_SOURCES}{source}")
        return Stepped(source=source)

    def _bring_in(self, step: BringIn, counters: Counters) -> Stepped:
        plan = self._plans.plan(step.plan)
        if plan.state is not PlanState.APPLYING:
            raise Refused(ErrorReason.PLAN_STATE, f"{plan.name} is {plan.state.name}")
        if not plan.switched and self._plans.overtaken(plan):
            reason = "a record of its changes was changed, moved or judged since it was made"
            overtaken = replace(plan, state=PlanState.OVERTAKEN, reason=reason, update_time=counters.time)
            return self._kept(overtaken)
        count, waiting = self._rows.waiting(plan.source, step.records)
        if not plan.switched:
            plan = replace(plan, switched=True, work=count, settled=0)
        here = {place: each for place, each in step.records.items() if place in waiting}
        known = self._writer.known_records([each.name for each in here.values()])
        # What was sent meanwhile is newer than what was staged.
        entering = {place: each for place, each in here.items() if each.name not in known or known[each.name].withdrawn}
        self._decide(plan, list(entering.values()), counters)
        stored = self._writer.known_records([each.name for each in entering.values()])
        brought = [(place, stored[each.name].number, stored[each.name].version) for place, each in entering.items()]
        self._rows.bring(plan.source, brought, (counters.time + KNOWN_PERIOD).date())
        self._rows.forget(plan.source, here.keys() - entering.keys())
        left = count - len(here)
        plan = replace(plan, settled=plan.work - left, update_time=counters.time)
        if not left:
            plan = replace(plan, state=PlanState.APPLIED, apply_time=counters.time)
        return self._kept(plan)

    def _take_back(self, step: TakeBack, counters: Counters) -> Stepped:
        plan = self._plans.plan(step.plan)
        if plan.state is not PlanState.ROLLING_BACK:
            raise Refused(ErrorReason.PLAN_STATE, f"{plan.name} is {plan.state.name}")
        if not plan.switched_back:
            plan = replace(plan, switched_back=True, work=self._rows.brought_count(plan.source), settled=0)
        rows = self._rows.brought(plan.source, step.records)
        known = self._writer.known_records([name for _, name, _, _ in rows])
        # Who corrected or withdrew a record since has said what is to become of it.
        going = [
            Withdrawal(name)
            for _, name, number, version in rows
            if name in known and (known[name].number, known[name].version) == (number, version)
        ]
        self._decide(plan, going, counters)
        self._rows.forget(plan.source, [place for place, *_ in rows])
        plan = replace(plan, settled=plan.settled + len(rows), update_time=counters.time)
        if len(rows) < step.records:
            self._rows.drop(plan.source)
            plan = replace(plan, state=PlanState.ROLLED_BACK)
        return self._kept(plan)

    def _decide(self, plan: Plan, changes: Sequence[Change], counters: Counters) -> None:
        if changes:
            self._ledger.carry_out(
                list(enumerate(changes)), [Sender()] * len(changes), counters, atomic=True, plan=plan.number
            )

    def _kept(self, plan: Plan) -> Stepped:
        self._plans.renew_plan(plan)
        return Stepped(plan)

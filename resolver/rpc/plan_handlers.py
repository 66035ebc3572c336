"""What works on operations that make, apply and roll back plans of re-resolution: all are taken up after a restart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from ftf.resolution.v1 import reresolution_service_pb2 as pb
from resolver.domain.errors import StorageFull
from resolver.domain.plan import Limits, Plan, PlanState
from resolver.engine.engine import Engine
from resolver.identity.policy import Policy, changed
from resolver.jobs.giving_way import let_pass
from resolver.jobs.operations import Handler, Running, Stopped
from resolver.jobs.plan_checks import plan_of
from resolver.jobs.plan_control import Control
from resolver.jobs.reresolution import Reresolver
from resolver.linkage.model_library import ModelLibrary
from resolver.rpc.model_handlers import read_model
from resolver.rpc.operation_messages import packed
from resolver.rpc.plan_messages import plan_to_message
from resolver.rpc.resource_names import plan_number, staged_source_number
from resolver.store.configuration import Configuration

PLAN: Final = "plan-reresolution"
APPLY: Final = "apply-plan"
ROLL_BACK: Final = "rollback-plan"


def plan_handlers(engine: Engine, library: ModelLibrary, reresolver: Reresolver) -> Mapping[str, Handler]:
    """All of them, by the kinds of their operations."""
    return {
        PLAN: _MakePlan(engine, library, reresolver),
        APPLY: _CarryOut(engine, reresolver.apply, PlanState.APPLIED),
        ROLL_BACK: _CarryOut(engine, reresolver.roll_back, PlanState.ROLLED_BACK),
    }


def put_back_unattended(engine: Engine, reresolver: Reresolver) -> None:
    """Gives a plan back that was broken off before it took over, unless an operation will go on with it. Blocks."""
    unfinished = engine.reader.operations.unfinished()
    # A full disk is no reason not to serve: what reads is answered, and who applies the plan again goes on with it.
    with suppress(StorageFull):
        reresolver.put_back({each.about for each in unfinished if not each.cancel_asked})


def policy_wanted(request: pb.PlanReresolutionRequest, present: Policy) -> Policy:
    """The policy that a request asks for, which has to be valid, where another one is in force."""
    return changed(
        present,
        request.policy or None,
        request.holding or None,
        request.merge_weight if request.HasField("merge_weight") else None,
        request.review_weight if request.HasField("review_weight") else None,
    )


@dataclass(frozen=True, slots=True)
class _MakePlan:
    engine: Engine
    library: ModelLibrary
    reresolver: Reresolver
    resumes: bool = True

    def run(self, running: Running) -> bytes:
        return packed(plan_to_message(self._made_before(running) or self._make(running)))

    def _made_before(self, running: Running) -> Plan | None:
        """The plan that a service before this one made, and did not come to say so."""
        newest = self.engine.reader.plans.plans(0, 1) if running.resumed else []
        return next((plan for plan in newest if plan.operation == running.operation.name), None)

    def _make(self, running: Running) -> Plan:
        request = pb.PlanReresolutionRequest.FromString(running.operation.request)
        most = Limits(
            request.most_identities_share if request.HasField("most_identities_share") else 1.0,
            request.most_confirmed_share if request.HasField("most_confirmed_share") else 1.0,
        )
        control, name = _control(running, self.engine), running.operation.name
        if request.staged_source:
            source = staged_source_number("staged_source", request.staged_source)
            return self.reresolver.plan_source(source, most, control, name)
        present = self.engine.configuration
        another = request.model not in ("", present.model.name)
        kept = read_model(self.library, request.model) if another else None
        wanted = Configuration(present.model if kept is None else kept.model, policy_wanted(request, present.policy))
        texts = None if kept is None else kept.texts
        return self.reresolver.plan(wanted, texts, most, control, name)


@dataclass(frozen=True, slots=True)
class _CarryOut:
    engine: Engine
    work: Callable[[int, Control], Plan]
    done: PlanState
    resumes: bool = True

    def run(self, running: Running) -> bytes:
        number = plan_number("name", running.operation.about)
        plan = plan_of(self.engine, number)
        # A service before this one may have ended between the last step and saying so.
        if not (running.resumed and plan.state is self.done):
            plan = self.work(number, _control(running, self.engine))
        return packed(plan_to_message(plan))


def _control(running: Running, engine: Engine) -> Control:
    """Lets a run tell how far it is, leave the interpreter to single calls, and stop.

    One that is cancelled is told so in words, by which it leaves its plan as it should; one that the end of the service
    stops is taken up by the next.
    """

    def told(words: str, done: int, of: int) -> None:
        try:
            running.report(words, done, of)
        except Stopped:
            if not running.is_cancelled:
                raise
        let_pass(lambda: engine.queue.hurried)

    return Control(told, lambda: running.is_cancelled, beside=True)

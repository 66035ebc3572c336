"""`ReresolutionService`: another model, policy or threshold, or a staged source: plans, applied and rolled back."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Final

import grpc
from google.longrunning import operations_pb2

from ftf.resolution.v1 import decision_pb2
from ftf.resolution.v1 import reresolution_service_pb2 as pb
from ftf.resolution.v1 import reresolution_service_pb2_grpc as pb_grpc
from resolver.domain.decision import DecisionKind
from resolver.domain.errors import Conflict, ErrorReason, Refused
from resolver.domain.marking import Marked
from resolver.domain.plan import Plan
from resolver.engine.asked.source_steps import DropSource
from resolver.engine.asked.writes import Write
from resolver.engine.engine import Engine
from resolver.identity.policy import POLICIES
from resolver.jobs.plan_checks import applicable, plan_of, plannable, refuse_other, revertible, staged_source
from resolver.jobs.reresolution import Reresolver
from resolver.linkage.model_library import ModelLibrary
from resolver.rpc import limits
from resolver.rpc.backend import Backend
from resolver.rpc.model_handlers import read_model
from resolver.rpc.operation_desk import OperationDesk
from resolver.rpc.paging import close_page, open_page
from resolver.rpc.plan_handlers import APPLY, PLAN, ROLL_BACK, policy_wanted
from resolver.rpc.plan_messages import change_within_view, plan_to_message, staged_to_message
from resolver.rpc.repeatable import check_request_id
from resolver.rpc.requests import staging_write
from resolver.rpc.resource_names import is_model_name, plan_number, staged_source_number
from resolver.rpc.violations import Violations

_KINDS: Final = {
    decision_pb2.DECISION_KIND_UNSPECIFIED: None,
    decision_pb2.DECISION_KIND_CREATED: DecisionKind.CREATED,
    decision_pb2.DECISION_KIND_ATTACHED: DecisionKind.ATTACHED,
    decision_pb2.DECISION_KIND_MERGED: DecisionKind.MERGED,
    decision_pb2.DECISION_KIND_SPLIT: DecisionKind.SPLIT,
    decision_pb2.DECISION_KIND_REGROUPED: DecisionKind.REGROUPED,
}


class ReresolutionService(pb_grpc.ReresolutionServiceServicer):
    """Makes plans, shows them, and has them carried out, each as a long-running operation."""

    def __init__(self, backend: Backend, library: ModelLibrary, reresolver: Reresolver, desk: OperationDesk) -> None:
        self._backend = backend
        self._library = library
        self._reresolver = reresolver
        self._desk = desk

    async def PlanReresolution(
        self,
        request: pb.PlanReresolutionRequest,
        context: grpc.aio.ServicerContext[pb.PlanReresolutionRequest, operations_pb2.Operation],
    ) -> operations_pb2.Operation:
        """Begins to make a plan."""
        violations = Violations()
        check_request_id(violations, request.request_id)
        _check_wanted(violations, request)
        violations.raise_any()
        policy = policy_wanted(request, self._backend.engine.policy)
        if policy.merge_weight < policy.review_weight:
            path = "merge_weight" if request.HasField("merge_weight") else "review_weight"
            violations.add(path, "the merge threshold must not be below the review threshold")
            violations.raise_any()
        if request.model not in ("", self._backend.engine.model_name):
            await self._backend.run(read_model, self._library, request.model)
        number = staged_source_number("staged_source", request.staged_source) if request.staged_source else 0
        check = self._unless_busy(plannable, number) if number else self._unless_busy(refuse_other)
        about = request.staged_source or request.model
        return await self._desk.begin(PLAN, about, request, request.request_id, context, check)

    async def GetPlan(
        self, request: pb.GetPlanRequest, context: grpc.aio.ServicerContext[pb.GetPlanRequest, pb.Plan]
    ) -> pb.Plan:
        """Returns one plan."""
        return plan_to_message(await self._plan(plan_number("name", request.name)))

    async def ListPlans(
        self,
        request: pb.ListPlansRequest,
        context: grpc.aio.ServicerContext[pb.ListPlansRequest, pb.ListPlansResponse],
    ) -> pb.ListPlansResponse:
        """Lists plans, newest first."""
        page = open_page(request.page_size, request.page_token, "ListPlans", self._backend.store_id)
        found = await self._backend.read(self._backend.reader.plans.plans, page.position, page.size + 1)
        plans, token = close_page(page, list(map(plan_to_message, found)), [plan.number for plan in found])
        return pb.ListPlansResponse(plans=plans, next_page_token=token)

    async def ListPlanChanges(
        self,
        request: pb.ListPlanChangesRequest,
        context: grpc.aio.ServicerContext[pb.ListPlanChangesRequest, pb.ListPlanChangesResponse],
    ) -> pb.ListPlanChangesResponse:
        """Lists what a plan changes."""
        number = plan_number("parent", request.parent)
        violations = Violations()
        if request.kind not in _KINDS:
            violations.add("kind", "must be created, attached, merged, split, regrouped or unspecified")
        violations.raise_any()
        page = open_page(
            request.page_size, request.page_token, "ListPlanChanges", number, request.kind, self._backend.store_id
        )
        plan, view = await self._plan(number), self._backend.view_of(context)
        reader, kind = self._backend.reader, _KINDS[request.kind]
        found = await self._backend.read(reader.plans.changes, number, page.position, page.size + 1, kind)
        records = {record for change in found for record in change.records}
        hidden = await self._backend.read(reader.hidden, records, view.viewer)
        staged = await self._backend.read(reader.staged.markings, plan.source, records)
        # What the caller may not see is withheld with all that a change has.
        view = view.stating({name: Marked(None, marking) for name, marking in staged.items()})
        messages = [change_within_view(change, hidden, view) for change in found]
        messages, token = close_page(page, messages, [change.place for change in found])
        return pb.ListPlanChangesResponse(plan_changes=messages, next_page_token=token)

    async def ApplyPlan(
        self,
        request: pb.ApplyPlanRequest,
        context: grpc.aio.ServicerContext[pb.ApplyPlanRequest, operations_pb2.Operation],
    ) -> operations_pb2.Operation:
        """Begins to apply a plan."""
        plan = await self._asked_for(request)
        if request.content_hash and request.content_hash != plan.content_hash:
            raise Conflict(ErrorReason.ETAG_MISMATCH, f"content_hash is not that of {plan.name}")
        check = self._unless_busy(applicable, plan.number)
        return await self._desk.begin(APPLY, plan.name, request, request.request_id, context, check)

    async def RollbackPlan(
        self,
        request: pb.RollbackPlanRequest,
        context: grpc.aio.ServicerContext[pb.RollbackPlanRequest, operations_pb2.Operation],
    ) -> operations_pb2.Operation:
        """Begins to roll a plan back."""
        plan = await self._asked_for(request)
        check = self._unless_busy(revertible, plan.number)
        return await self._desk.begin(ROLL_BACK, plan.name, request, request.request_id, context, check)

    async def StageRecords(
        self,
        request: pb.StageRecordsRequest,
        context: grpc.aio.ServicerContext[pb.StageRecordsRequest, pb.StagedSource],
    ) -> pb.StagedSource:
        """Stages records, and returns the source as it is then."""
        write = staging_write(request, self._backend.rights_of(context))
        return await self._staged((await self._backend.step(write, context)).source)

    async def ListStagedSources(
        self,
        request: pb.ListStagedSourcesRequest,
        context: grpc.aio.ServicerContext[pb.ListStagedSourcesRequest, pb.ListStagedSourcesResponse],
    ) -> pb.ListStagedSourcesResponse:
        """Lists staged sources."""
        page = open_page(request.page_size, request.page_token, "ListStagedSources", self._backend.store_id)
        found = await self._backend.read(self._backend.reader.staged.sources, page.position, page.size + 1)
        messages = list(map(staged_to_message, found))
        sources, token = close_page(page, messages, [source.number for source in found])
        return pb.ListStagedSourcesResponse(staged_sources=sources, next_page_token=token)

    async def DropStagedSource(
        self,
        request: pb.DropStagedSourceRequest,
        context: grpc.aio.ServicerContext[pb.DropStagedSourceRequest, pb.StagedSource],
    ) -> pb.StagedSource:
        """Drops what waits in a staged source."""
        number = staged_source_number("name", request.name)
        dropped = await self._staged(number)
        await self._backend.step(Write((), step=DropSource(number)), context)
        return dropped

    async def _staged(self, number: int) -> pb.StagedSource:
        return staged_to_message(await self._backend.read(staged_source, self._backend.engine, number))

    async def _asked_for(self, request: pb.ApplyPlanRequest | pb.RollbackPlanRequest) -> Plan:
        """The plan that a request names, which brings a `request_id`."""
        number = plan_number("name", request.name)
        violations = Violations()
        check_request_id(violations, request.request_id)
        violations.raise_any()
        return await self._plan(number)

    async def _plan(self, number: int) -> Plan:
        return await self._backend.read(plan_of, self._backend.engine, number)

    def _unless_busy(self, check: Callable[..., object], *number: int) -> Callable[[], None]:
        """What stands in the way of work on a plan: another one, at work now, or what the store says."""
        engine: Engine = self._backend.engine

        def asked() -> None:
            check(engine, *number)
            if self._reresolver.busy:
                raise Refused(ErrorReason.PLAN_UNDER_WAY, "another plan is being made, applied or rolled back")

        return asked


def _check_wanted(violations: Violations, request: pb.PlanReresolutionRequest) -> None:
    """Notes what no plan can be made of, whatever is in force."""
    if request.staged_source:
        changing = [path for path in ("model", "policy", "holding") if getattr(request, path)]
        changing += [path for path in ("merge_weight", "review_weight") if request.HasField(path)]
        for path in changing:
            violations.add(path, "cannot be given with a staged source")
    if request.model and not is_model_name(request.model):
        violations.add("model", "must be models/{model}")
    if request.policy and request.policy not in POLICIES:
        violations.add("policy", f"must be one of {', '.join(POLICIES)}")
    if not 0 <= request.holding <= limits.PLAN_HOLDING:
        violations.add("holding", f"must be between 0 and {limits.PLAN_HOLDING:,}")
    elif request.holding and not request.policy:
        violations.add("holding", "belongs to a policy")
    for path in ("merge_weight", "review_weight"):
        value = getattr(request, path)
        if not (isfinite(value) and abs(value) <= limits.PLAN_WEIGHT):
            violations.add(path, f"must be between -{limits.PLAN_WEIGHT:,.0f} and {limits.PLAN_WEIGHT:,.0f}")
    for path in ("most_identities_share", "most_confirmed_share"):
        if not 0 <= getattr(request, path) <= 1:
            violations.add(path, "must be between 0 and 1")

"""`ReviewService`: brings to people what the machine must not decide alone."""

from __future__ import annotations

import grpc

from ftf.resolution.v1 import decision_pb2, verdict_service_pb2
from ftf.resolution.v1 import review_service_pb2 as pb
from ftf.resolution.v1 import review_service_pb2_grpc as pb_grpc
from resolver.domain.decision import ReviewReason
from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput, NotFound
from resolver.rpc import limits
from resolver.rpc.backend import Backend
from resolver.rpc.judgement_messages import open_task_to_message, ruled_to_message
from resolver.rpc.judgement_requests import claim_write, resolve_write
from resolver.rpc.paging import Page, close_page, open_page
from resolver.rpc.resource_names import is_task_name
from resolver.rpc.validate_text import check_text
from resolver.rpc.view import View
from resolver.rpc.violations import Violations
from resolver.store.judgements import TaskFilter


class ReviewService(pb_grpc.ReviewServiceServicer):
    """Lists, claims and resolves review tasks."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def ListReviewTasks(
        self,
        request: pb.ListReviewTasksRequest,
        context: grpc.aio.ServicerContext[pb.ListReviewTasksRequest, pb.ListReviewTasksResponse],
    ) -> pb.ListReviewTasksResponse:
        """Lists open tasks in falling order of what a decision is worth."""
        which = self._filter(request)
        view = self._backend.view_of(context)
        arguments = which.authority, which.country, which.reasons, which.unclaimed_only, view
        page = open_page(request.page_size, request.page_token, "ListReviewTasks", *arguments)
        messages, numbers = await self._backend.read(self._listed, page, which, view)
        tasks, token = close_page(page, messages, numbers)
        return pb.ListReviewTasksResponse(review_tasks=tasks, next_page_token=token)

    async def GetReviewTask(
        self,
        request: pb.GetReviewTaskRequest,
        context: grpc.aio.ServicerContext[pb.GetReviewTaskRequest, decision_pb2.ReviewTask],
    ) -> decision_pb2.ReviewTask:
        """Returns one open task."""
        if not is_task_name(request.name):
            raise InvalidInput((FieldViolation("name", "must be reviewTasks/{review_task}"),))
        view, now = self._backend.view_of(context), self._backend.engine.now()
        found = await self._backend.read(self._backend.reader.task, request.name, now, view.viewer)
        if found is None:
            raise NotFound(ErrorReason.REVIEW_TASK_NOT_FOUND, f"review task {request.name} is not open")
        return await self._backend.shown(view, open_task_to_message, found.at(now), view)

    async def ClaimReviewTask(
        self,
        request: pb.ClaimReviewTaskRequest,
        context: grpc.aio.ServicerContext[pb.ClaimReviewTaskRequest, decision_pb2.ReviewTask],
    ) -> decision_pb2.ReviewTask:
        """Claims a task for a while."""
        view = self._backend.view_of(context)
        write = await self._backend.shown(view, claim_write, request, view)
        claimed = await self._backend.claim(write, context)
        return await self._backend.shown(view, open_task_to_message, claimed.task, view)

    async def ResolveReviewTask(
        self,
        request: pb.ResolveReviewTaskRequest,
        context: grpc.aio.ServicerContext[pb.ResolveReviewTaskRequest, verdict_service_pb2.VerdictReceipt],
    ) -> verdict_service_pb2.VerdictReceipt:
        """Resolves a claimed task by a verdict."""
        view = self._backend.view_of(context)
        write = await self._backend.shown(view, resolve_write, request, view)
        return await self._backend.shown(view, ruled_to_message, await self._backend.rule(write, context), view)

    def _listed(self, page: Page, which: TaskFilter, view: View) -> tuple[list[decision_pb2.ReviewTask], list[int]]:
        after = view.task_revision(page.position) if page.position else 0
        found = self._backend.reader.judgements.tasks(after, page.size + 1, which, view.viewer)
        messages = [open_task_to_message(task.at(which.now), view) for task in found]
        return messages, [view.task_number(task.revision) for task in found]

    def _filter(self, request: pb.ListReviewTasksRequest) -> TaskFilter:
        violations = Violations()
        check_text(violations, "authority", request.authority, limits.AUTHORITY)
        check_text(violations, "country", request.country, limits.COUNTRY)
        known = {reason.value: reason for reason in ReviewReason if reason is not ReviewReason.UNSPECIFIED}
        for index, number in enumerate(request.reasons):
            if number not in known:
                violations.add(f"reasons[{index}]", "is not known")
        violations.raise_any()
        return TaskFilter(
            authority=request.authority,
            country=request.country,
            reasons=tuple(sorted({known[number] for number in request.reasons}, key=lambda reason: reason.value)),
            unclaimed_only=request.unclaimed_only,
            now=self._backend.engine.now(),
        )

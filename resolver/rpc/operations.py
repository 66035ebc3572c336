"""`google.longrunning.Operations`: what became of long-running work."""

from __future__ import annotations

from typing import Final

import grpc
from google.longrunning import operations_pb2 as pb
from google.longrunning import operations_pb2_grpc as pb_grpc
from google.protobuf import empty_pb2

from resolver.domain.errors import FieldViolation, InvalidInput
from resolver.engine.asked.operations import CancelOperation, DeleteOperation
from resolver.jobs.operations import OperationRunner
from resolver.rpc import limits
from resolver.rpc.backend import Backend
from resolver.rpc.interceptors.handlers import Context
from resolver.rpc.operation_desk import OperationDesk
from resolver.rpc.operation_messages import operation_to_message
from resolver.rpc.paging import close_page, open_page
from resolver.rpc.resource_names import require_operation_name

_FILTERS: Final = {"": None, "done=true": True, "done=false": False}
_BEFORE_THE_DEADLINE: Final = 0.25
"""Seconds before its caller gives up at which a call that waits is answered, so that the answer arrives."""


class OperationsService(pb_grpc.OperationsServicer):  # type: ignore[misc]  # the stubs of Google have no types
    """Shows operations to the authority that asked for them and to operators; to others they do not exist."""

    def __init__(self, backend: Backend, runner: OperationRunner, desk: OperationDesk) -> None:
        self._backend = backend
        self._runner = runner
        self._desk = desk

    async def ListOperations(
        self,
        request: pb.ListOperationsRequest,
        context: grpc.aio.ServicerContext[pb.ListOperationsRequest, pb.ListOperationsResponse],
    ) -> pb.ListOperationsResponse:
        """Lists operations, newest first."""
        if request.name not in ("", "operations"):
            raise InvalidInput((FieldViolation("name", "must be operations"),))
        if request.filter.replace(" ", "") not in _FILTERS:
            raise InvalidInput((FieldViolation("filter", "must be empty, done=true or done=false"),))
        done, whose = _FILTERS[request.filter.replace(" ", "")], self._desk.whose(context)
        page = open_page(request.page_size, request.page_token, "ListOperations", done, whose, self._backend.store_id)
        found = await self._backend.read(
            self._backend.reader.operations.below, page.position, page.size + 1, whose, done=done
        )
        messages = list(map(operation_to_message, found))
        operations, token = close_page(page, messages, [each.number for each in found])
        return pb.ListOperationsResponse(operations=operations, next_page_token=token)

    async def GetOperation(
        self, request: pb.GetOperationRequest, context: grpc.aio.ServicerContext[pb.GetOperationRequest, pb.Operation]
    ) -> pb.Operation:
        """Returns one operation as it stands."""
        require_operation_name("name", request.name)
        return operation_to_message(await self._desk.visible(request.name, context))

    async def WaitOperation(
        self, request: pb.WaitOperationRequest, context: grpc.aio.ServicerContext[pb.WaitOperationRequest, pb.Operation]
    ) -> pb.Operation:
        """Returns one operation when it has ended, or as it stands at the timeout or just before the deadline."""
        require_operation_name("name", request.name)
        seconds = _patience(context)
        if request.HasField("timeout"):
            seconds = min(seconds, request.timeout.ToTimedelta().total_seconds())
        return operation_to_message(await self._desk.wait(request.name, seconds, context))

    async def CancelOperation(
        self,
        request: pb.CancelOperationRequest,
        context: grpc.aio.ServicerContext[pb.CancelOperationRequest, empty_pb2.Empty],
    ) -> empty_pb2.Empty:
        """Makes an operation end; one that has ended stays as it is."""
        require_operation_name("name", request.name)
        await self._desk.visible(request.name, context)
        await self._desk.change(CancelOperation(request.name), context)
        self._runner.cancel(request.name)
        return empty_pb2.Empty()

    async def DeleteOperation(
        self,
        request: pb.DeleteOperationRequest,
        context: grpc.aio.ServicerContext[pb.DeleteOperationRequest, empty_pb2.Empty],
    ) -> empty_pb2.Empty:
        """Forgets an operation that has ended."""
        require_operation_name("name", request.name)
        await self._desk.visible(request.name, context)
        await self._desk.change(DeleteOperation(request.name), context)
        return empty_pb2.Empty()


def _patience(context: Context) -> float:
    """Seconds for which a call may wait."""
    remaining: float | None = context.time_remaining()
    return (limits.UNARY_DEADLINE if remaining is None else remaining) - _BEFORE_THE_DEADLINE

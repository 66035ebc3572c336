"""`ResolutionService`: takes records in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc

from ftf.resolution.v1 import decision_pb2
from ftf.resolution.v1 import resolution_service_pb2 as pb
from ftf.resolution.v1 import resolution_service_pb2_grpc as pb_grpc
from resolver.engine.asked.writes import Write
from resolver.rpc.answers import as_tried, decisions_of
from resolver.rpc.backend import Backend
from resolver.rpc.interceptors.handlers import Context
from resolver.rpc.requests import batch_write, single_write, withdrawal_write
from resolver.rpc.resolve_stream import ResolveStream


class ResolutionService(pb_grpc.ResolutionServiceServicer):
    """Stores and withdraws records, and answers with the decisions when they are durable."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def ResolveRecord(
        self,
        request: pb.ResolveRecordRequest,
        context: grpc.aio.ServicerContext[pb.ResolveRecordRequest, decision_pb2.Decision],
    ) -> decision_pb2.Decision:
        """Stores or corrects one record."""
        return await self._decide(single_write(request, self._backend.rights_of(context)), context)

    async def BatchResolveRecords(
        self,
        request: pb.BatchResolveRecordsRequest,
        context: grpc.aio.ServicerContext[pb.BatchResolveRecordsRequest, pb.BatchResolveRecordsResponse],
    ) -> pb.BatchResolveRecordsResponse:
        """Stores up to 1,000 records, all or none."""
        write = await self._backend.run(batch_write, request, self._backend.rights_of(context))
        answers = await self._backend.write(write, context)
        view = as_tried(write, self._backend.view_of(context))
        decisions = await self._backend.run(decisions_of, answers, view)
        return pb.BatchResolveRecordsResponse(decisions=decisions)

    async def ResolveRecords(
        self,
        request_iterator: AsyncIterator[pb.ResolveRecordsRequest],
        context: grpc.aio.ServicerContext[pb.ResolveRecordsRequest, pb.ResolveRecordsResponse],
    ) -> AsyncIterator[pb.ResolveRecordsResponse]:
        """Stores a stream of records."""
        async for response in ResolveStream(self._backend, context).responses(request_iterator):
            yield response

    async def WithdrawRecord(
        self,
        request: pb.WithdrawRecordRequest,
        context: grpc.aio.ServicerContext[pb.WithdrawRecordRequest, decision_pb2.Decision],
    ) -> decision_pb2.Decision:
        """Withdraws a record."""
        return await self._decide(withdrawal_write(request), context)

    async def _decide(self, write: Write, context: Context) -> decision_pb2.Decision:
        answers = await self._backend.write(write, context)
        view = as_tried(write, self._backend.view_of(context))
        decisions = await self._backend.shown(view, decisions_of, answers, view)
        return decisions[0]

"""`VerdictService`: takes in what people decide."""

from __future__ import annotations

import grpc

from ftf.resolution.v1 import verdict_service_pb2 as pb
from ftf.resolution.v1 import verdict_service_pb2_grpc as pb_grpc
from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput, NotFound
from resolver.domain.verdict import verdict_number
from resolver.engine.asked.writes import Write
from resolver.rpc.backend import Backend
from resolver.rpc.interceptors.handlers import Context
from resolver.rpc.judgement_messages import ruled_to_message, verdict_state, verdict_to_message
from resolver.rpc.judgement_requests import (
    confirm_write,
    create_write,
    merge_write,
    split_write,
    withdraw_write,
)
from resolver.rpc.paging import close_page, open_page
from resolver.rpc.resource_names import require_record_name


class VerdictService(pb_grpc.VerdictServiceServicer):
    """Gives, confirms, withdraws and lists verdicts; merges and splits identities by them."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def CreateVerdict(
        self,
        request: pb.CreateVerdictRequest,
        context: grpc.aio.ServicerContext[pb.CreateVerdictRequest, pb.VerdictReceipt],
    ) -> pb.VerdictReceipt:
        """Gives a verdict on two records."""
        return await self._rule(create_write(request), context)

    async def ConfirmVerdict(
        self,
        request: pb.ConfirmVerdictRequest,
        context: grpc.aio.ServicerContext[pb.ConfirmVerdictRequest, pb.VerdictReceipt],
    ) -> pb.VerdictReceipt:
        """Agrees, as the second person, to a verdict that waits for one."""
        return await self._rule(confirm_write(request), context)

    async def WithdrawVerdict(
        self,
        request: pb.WithdrawVerdictRequest,
        context: grpc.aio.ServicerContext[pb.WithdrawVerdictRequest, pb.VerdictReceipt],
    ) -> pb.VerdictReceipt:
        """Withdraws a verdict."""
        return await self._rule(withdraw_write(request), context)

    async def MergeIdentities(
        self,
        request: pb.MergeIdentitiesRequest,
        context: grpc.aio.ServicerContext[pb.MergeIdentitiesRequest, pb.VerdictReceipt],
    ) -> pb.VerdictReceipt:
        """Merges two identities."""
        view = self._backend.view_of(context)
        write = await self._backend.shown(view, merge_write, request, view)
        return await self._rule(write, context)

    async def SplitIdentity(
        self,
        request: pb.SplitIdentityRequest,
        context: grpc.aio.ServicerContext[pb.SplitIdentityRequest, pb.VerdictReceipt],
    ) -> pb.VerdictReceipt:
        """Splits an identity."""
        view = self._backend.view_of(context)
        write = await self._backend.shown(view, split_write, request, view)
        return await self._rule(write, context)

    async def GetVerdict(
        self, request: pb.GetVerdictRequest, context: grpc.aio.ServicerContext[pb.GetVerdictRequest, pb.Verdict]
    ) -> pb.Verdict:
        """Returns one verdict."""
        number = verdict_number(request.name)
        if number is None:
            raise InvalidInput((FieldViolation("name", "must be verdicts/{verdict}"),))
        view = self._backend.view_of(context)
        verdict = await self._backend.read(self._backend.reader.judgements.verdict, number, view.viewer)
        if verdict is None:
            raise NotFound(ErrorReason.VERDICT_NOT_FOUND, f"verdict {request.name} does not exist")
        return verdict_to_message(verdict, view)

    async def ListVerdicts(
        self,
        request: pb.ListVerdictsRequest,
        context: grpc.aio.ServicerContext[pb.ListVerdictsRequest, pb.ListVerdictsResponse],
    ) -> pb.ListVerdictsResponse:
        """Lists verdicts, newest first."""
        if request.record:
            require_record_name("record", request.record)
        view = self._backend.view_of(context)
        page = open_page(request.page_size, request.page_token, "ListVerdicts", request.record, request.state, view)
        found = await self._backend.read(
            self._backend.reader.judgements.verdicts,
            page.position,
            page.size + 1,
            request.record,
            verdict_state(request.state),
            view.viewer,
        )
        messages = [verdict_to_message(verdict, view) for verdict in found]
        verdicts, token = close_page(page, messages, [verdict.number for verdict in found])
        return pb.ListVerdictsResponse(verdicts=verdicts, next_page_token=token)

    async def _rule(self, write: Write, context: Context) -> pb.VerdictReceipt:
        ruled, view = await self._backend.rule(write, context), self._backend.view_of(context)
        return await self._backend.shown(view, ruled_to_message, ruled, view)

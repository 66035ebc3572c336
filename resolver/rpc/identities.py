"""`IdentityService`: shows which records are one person."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import grpc

from ftf.resolution.v1 import identity_service_pb2 as pb
from ftf.resolution.v1 import identity_service_pb2_grpc as pb_grpc
from resolver.domain.errors import FieldViolation, InvalidInput
from resolver.rpc.backend import Backend
from resolver.rpc.decision_lists import decisions_after
from resolver.rpc.decision_messages import decision_to_message
from resolver.rpc.golden import golden_view
from resolver.rpc.identity_messages import identity_to_message
from resolver.rpc.moments import moment_of
from resolver.rpc.not_found import no_identity, no_record
from resolver.rpc.paging import Page, close_page, open_page
from resolver.rpc.resource_names import require_identity_name, require_record_name
from resolver.rpc.view import View


class IdentityService(pb_grpc.IdentityServiceServicer):
    """Reads identities, as they are and as they were."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def GetIdentity(
        self, request: pb.GetIdentityRequest, context: grpc.aio.ServicerContext[pb.GetIdentityRequest, pb.Identity]
    ) -> pb.Identity:
        """Returns one identity by the name it bears, or bore at a past time."""
        require_identity_name("name", request.name)
        moment, view = moment_of(request), self._backend.view_of(context)
        await self._backend.require_fresh(request.at_least_as_fresh, view)
        return await self._backend.read(self._named, request.name, moment, view)

    async def LookupIdentity(
        self,
        request: pb.LookupIdentityRequest,
        context: grpc.aio.ServicerContext[pb.LookupIdentityRequest, pb.LookupIdentityResponse],
    ) -> pb.LookupIdentityResponse:
        """Finds the identity of a record, or the one that a retired name forwards to."""
        key = request.WhichOneof("key")
        view = self._backend.view_of(context)
        if key == "record":
            require_record_name("record", request.record)
            await self._backend.require_fresh(request.at_least_as_fresh, view)
            return await self._backend.read(self._by_record, request.record, moment_of(request), view)
        if key == "identity":
            require_identity_name("identity", request.identity)
            await self._backend.require_fresh(request.at_least_as_fresh, view)
            return await self._backend.read(self._by_name, request.identity, moment_of(request), view)
        raise InvalidInput((FieldViolation("key", "a record or an identity must be given"),))

    async def ListIdentities(
        self,
        request: pb.ListIdentitiesRequest,
        context: grpc.aio.ServicerContext[pb.ListIdentitiesRequest, pb.ListIdentitiesResponse],
    ) -> pb.ListIdentitiesResponse:
        """Lists the identities in the order of their oldest records."""
        least = request.minimum_records
        if least < 0:
            raise InvalidInput((FieldViolation("minimum_records", "must not be negative"),))
        moment, view = moment_of(request), self._backend.view_of(context)
        page = open_page(request.page_size, request.page_token, "ListIdentities", least, moment, view)
        await self._backend.require_fresh(request.at_least_as_fresh, view)
        messages, handles = await self._backend.read(self._listed, page, least, moment, view)
        identities, token = close_page(page, messages, handles)
        return pb.ListIdentitiesResponse(identities=identities, next_page_token=token)

    async def GetIdentityHistory(
        self,
        request: pb.GetIdentityHistoryRequest,
        context: grpc.aio.ServicerContext[pb.GetIdentityHistoryRequest, pb.GetIdentityHistoryResponse],
    ) -> pb.GetIdentityHistoryResponse:
        """Lists the decisions that changed the identity of a name, retired or not, oldest first."""
        require_identity_name("name", request.name)
        view = self._backend.view_of(context)
        page = open_page(request.page_size, request.page_token, "GetIdentityHistory", request.name, view)
        read = partial(self._backend.reader.decisions_of_identity, request.name)
        found = await self._backend.read(decisions_after, read, page, view)
        if not found and not page.position:
            raise no_identity(request.name)
        decisions, token = close_page(page, [each.message for each in found], [each.place for each in found])
        return pb.GetIdentityHistoryResponse(decisions=decisions, next_page_token=token)

    async def GetGoldenView(
        self,
        request: pb.GetGoldenViewRequest,
        context: grpc.aio.ServicerContext[pb.GetGoldenViewRequest, pb.GoldenView],
    ) -> pb.GoldenView:
        """Shows what the records of an identity state, value by value."""
        require_identity_name("name", request.name)
        view = self._backend.view_of(context)
        await self._backend.require_fresh(request.at_least_as_fresh, view)
        found = await self._backend.read(self._backend.reader.explanations.stated, request.name, view.viewer)
        if found is None:
            raise no_identity(request.name)
        return await self._backend.run(golden_view, found, view)

    def _named(self, name: str, moment: datetime | None, view: View) -> pb.Identity:
        identity = self._backend.reader.identity(name, moment, view.viewer)
        if identity is None:
            raise no_identity(name)
        return identity_to_message(identity, view)

    def _listed(
        self, page: Page, least: int, moment: datetime | None, view: View
    ) -> tuple[list[pb.Identity], list[int]]:
        found = self._backend.reader.identities(page.position, page.size + 1, least, moment, view.viewer)
        return [identity_to_message(identity, view) for identity in found], [identity.handle for identity in found]

    def _by_record(self, record: str, moment: datetime | None, view: View) -> pb.LookupIdentityResponse:
        identity = self._backend.reader.identity_of(record, moment, view.viewer)
        if identity is None:
            raise no_record(record)
        return pb.LookupIdentityResponse(identity=identity_to_message(identity, view))

    def _by_name(self, name: str, moment: datetime | None, view: View) -> pb.LookupIdentityResponse:
        if moment is not None:
            return pb.LookupIdentityResponse(identity=self._named(name, moment, view))
        found = self._backend.reader.forward(name, view.viewer)
        if found is None:
            raise no_identity(name)
        response = pb.LookupIdentityResponse(identity=identity_to_message(found.identity, view))
        if found.decision is not None:
            response.forwarding_decision.CopyFrom(decision_to_message(found.decision, view))
        return response

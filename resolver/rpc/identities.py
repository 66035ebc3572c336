"""`IdentityService`: shows which records are one person."""

from __future__ import annotations

import grpc

from ftf.resolution.v1 import identity_service_pb2 as pb
from ftf.resolution.v1 import identity_service_pb2_grpc as pb_grpc
from resolver.domain.errors import FieldViolation, InvalidInput
from resolver.rpc.backend import Backend
from resolver.rpc.convert import decision_to_message, identity_to_message
from resolver.rpc.golden import golden_view
from resolver.rpc.moments import moment_of
from resolver.rpc.not_found import no_identity, no_record
from resolver.rpc.paging import close_page, open_page
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
        moment = moment_of(request)
        await self._backend.require_fresh(request.at_least_as_fresh)
        identity = await self._backend.read(self._backend.reader.identity, request.name, moment)
        if identity is None:
            raise no_identity(request.name)
        return identity_to_message(identity)

    async def LookupIdentity(
        self,
        request: pb.LookupIdentityRequest,
        context: grpc.aio.ServicerContext[pb.LookupIdentityRequest, pb.LookupIdentityResponse],
    ) -> pb.LookupIdentityResponse:
        """Finds the identity of a record, or the one that a retired name forwards to."""
        key = request.WhichOneof("key")
        if key == "record":
            return await self._by_record(request)
        if key == "identity":
            return await self._by_name(request, self._backend.view_of(context))
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
        moment = moment_of(request)
        arguments = least, moment, self._backend.store_id
        page = open_page(request.page_size, request.page_token, "ListIdentities", *arguments)
        await self._backend.require_fresh(request.at_least_as_fresh)
        found = await self._backend.read(self._backend.reader.identities, page.position, page.size + 1, least, moment)
        messages = [identity_to_message(identity) for identity in found]
        identities, token = close_page(page, messages, [identity.handle for identity in found])
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
        found = await self._backend.read(
            self._backend.reader.decisions_of_identity, request.name, page.position, page.size + 1
        )
        if not found and not page.position:
            raise no_identity(request.name)
        messages = [decision_to_message(decision, view) for decision in found]
        decisions, token = close_page(page, messages, [decision.sequence for decision in found])
        return pb.GetIdentityHistoryResponse(decisions=decisions, next_page_token=token)

    async def GetGoldenView(
        self,
        request: pb.GetGoldenViewRequest,
        context: grpc.aio.ServicerContext[pb.GetGoldenViewRequest, pb.GoldenView],
    ) -> pb.GoldenView:
        """Shows what the records of an identity state, value by value."""
        require_identity_name("name", request.name)
        await self._backend.require_fresh(request.at_least_as_fresh)
        found = await self._backend.read(self._backend.reader.stated, request.name)
        if found is None:
            raise no_identity(request.name)
        return await self._backend.run(golden_view, found)

    async def _by_record(self, request: pb.LookupIdentityRequest) -> pb.LookupIdentityResponse:
        require_record_name("record", request.record)
        await self._backend.require_fresh(request.at_least_as_fresh)
        identity = await self._backend.read(self._backend.reader.identity_of, request.record, moment_of(request))
        if identity is None:
            raise no_record(request.record)
        return pb.LookupIdentityResponse(identity=identity_to_message(identity))

    async def _by_name(self, request: pb.LookupIdentityRequest, view: View) -> pb.LookupIdentityResponse:
        require_identity_name("identity", request.identity)
        await self._backend.require_fresh(request.at_least_as_fresh)
        moment = moment_of(request)
        if moment is not None:
            then = await self._backend.read(self._backend.reader.identity, request.identity, moment)
            if then is None:
                raise no_identity(request.identity)
            return pb.LookupIdentityResponse(identity=identity_to_message(then))
        found = await self._backend.read(self._backend.reader.forward, request.identity)
        if found is None:
            raise no_identity(request.identity)
        response = pb.LookupIdentityResponse(identity=identity_to_message(found.identity))
        if found.decision is not None:
            response.forwarding_decision.CopyFrom(decision_to_message(found.decision, view))
        return response

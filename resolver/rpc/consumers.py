"""`ConsumerService`: who follows the feed, and what is outstanding."""

from __future__ import annotations

import grpc
from google.protobuf import empty_pb2

from ftf.resolution.v1 import consumer_service_pb2 as pb
from ftf.resolution.v1 import consumer_service_pb2_grpc as pb_grpc
from resolver.domain.consumer import CONSUMERS, Consumer
from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput, NotFound
from resolver.engine.asked.consumers import CreateConsumer, DeleteConsumer
from resolver.rpc import limits
from resolver.rpc.backend import Backend
from resolver.rpc.consumer_messages import acknowledgement_to_message, consumer_to_message, outstanding_to_message
from resolver.rpc.decision_filters import read_filter
from resolver.rpc.interceptors.handlers import Context
from resolver.rpc.paging import Page, close_page, open_page
from resolver.rpc.resource_names import decision_number, is_consumer_name, require_consumer_name
from resolver.rpc.validate_text import check_text
from resolver.rpc.view import View
from resolver.rpc.violations import Violations


class ConsumerService(pb_grpc.ConsumerServiceServicer):
    """Keeps the list of consumers of the feed."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def CreateConsumer(
        self,
        request: pb.CreateConsumerRequest,
        context: grpc.aio.ServicerContext[pb.CreateConsumerRequest, pb.Consumer],
    ) -> pb.Consumer:
        """Creates a consumer, or returns the same one."""
        violations, name = Violations(), CONSUMERS + request.consumer_id
        if not is_consumer_name(name):
            violations.add("consumer_id", "must have 1 to 63 characters of A-Z a-z 0-9 . _ ~ -")
        check_text(violations, "consumer.holder", request.consumer.holder, limits.HOLDER)
        wants = read_filter(violations, "consumer.filter", request.consumer.filter)
        if wants.kinds:
            violations.add("consumer.filter.kinds", "must be empty, since what must be undone comes in all kinds")
        violations.raise_any()
        view = self._backend.view_of(context)
        start = await self._backend.place_of("consumer.start_cursor", request.consumer.start_cursor, view)
        holder = self._backend.holder_of(context, request.consumer.holder)
        created = await self._backend.register(CreateConsumer(name, holder, wants, start), context)
        message = await self._with_standing(created.consumer, view, context)
        message.purge_key = self._backend.engine.digest_key
        return message

    async def GetConsumer(
        self, request: pb.GetConsumerRequest, context: grpc.aio.ServicerContext[pb.GetConsumerRequest, pb.Consumer]
    ) -> pb.Consumer:
        """Returns one consumer."""
        consumer = await self._found("name", request.name)
        return await self._with_standing(consumer, self._backend.view_of(context), context)

    async def ListConsumers(
        self,
        request: pb.ListConsumersRequest,
        context: grpc.aio.ServicerContext[pb.ListConsumersRequest, pb.ListConsumersResponse],
    ) -> pb.ListConsumersResponse:
        """Lists consumers, the oldest first."""
        view = self._backend.view_of(context)
        page = open_page(request.page_size, request.page_token, "ListConsumers", view)
        found = await self._backend.read(self._backend.reader.consumers.after, page.position, page.size + 1)
        messages = [await self._with_standing(consumer, view, context) for consumer in found]
        consumers, token = close_page(page, messages, [consumer.number for consumer in found])
        return pb.ListConsumersResponse(consumers=consumers, next_page_token=token)

    async def DeleteConsumer(
        self,
        request: pb.DeleteConsumerRequest,
        context: grpc.aio.ServicerContext[pb.DeleteConsumerRequest, empty_pb2.Empty],
    ) -> empty_pb2.Empty:
        """Deletes a consumer."""
        require_consumer_name("name", request.name)
        violations = Violations()
        check_text(violations, "holder", request.holder, limits.HOLDER)
        violations.raise_any()
        holder = self._backend.holder_of(context, request.holder)
        viewer = self._backend.view_of(context).viewer
        await self._backend.register(DeleteConsumer(request.name, holder, request.force, viewer), context)
        return empty_pb2.Empty()

    async def ListOutstandingDecisions(
        self,
        request: pb.ListOutstandingDecisionsRequest,
        context: grpc.aio.ServicerContext[pb.ListOutstandingDecisionsRequest, pb.ListOutstandingDecisionsResponse],
    ) -> pb.ListOutstandingDecisionsResponse:
        """Lists what a consumer must carry out and has not acknowledged."""
        consumer = await self._found("parent", request.parent)
        view = self._backend.view_of(context)
        arguments = consumer.name, consumer.number, view
        page = open_page(request.page_size, request.page_token, "ListOutstandingDecisions", *arguments)
        messages, places = await self._backend.read(self._outstanding, consumer, page, view)
        decisions, token = close_page(page, messages, places)
        return pb.ListOutstandingDecisionsResponse(outstanding_decisions=decisions, next_page_token=token)

    async def ListAcknowledgements(
        self,
        request: pb.ListAcknowledgementsRequest,
        context: grpc.aio.ServicerContext[pb.ListAcknowledgementsRequest, pb.ListAcknowledgementsResponse],
    ) -> pb.ListAcknowledgementsResponse:
        """Lists what consumers did with a decision."""
        place = decision_number(request.parent)
        if place is None:
            raise InvalidInput((FieldViolation("parent", "must be decisions/{decision}"),))
        view = self._backend.view_of(context)
        page = open_page(request.page_size, request.page_token, "ListAcknowledgements", request.parent, view)
        sequence = await self._backend.read(view.sequence, place)
        if sequence is None:
            raise NotFound(ErrorReason.DECISION_NOT_FOUND, f"decision {request.parent} does not exist")
        read = self._backend.reader.consumers.acknowledgements
        found = await self._backend.read(read, sequence, page.position, page.size + 1, view.viewer)
        messages = list(map(acknowledgement_to_message, found))
        acknowledgements, token = close_page(page, messages, [item.number for item in found])
        return pb.ListAcknowledgementsResponse(acknowledgements=acknowledgements, next_page_token=token)

    async def _found(self, path: str, name: str) -> Consumer:
        require_consumer_name(path, name)
        found = await self._backend.read(self._backend.reader.consumers.named, name)
        if found is None:
            raise NotFound(ErrorReason.CONSUMER_NOT_FOUND, f"consumer {name} does not exist")
        return found

    async def _with_standing(self, consumer: Consumer, view: View, context: Context) -> pb.Consumer:
        own = self._backend.holder_of(context, consumer.holder) == consumer.holder
        return await self._backend.read(self._shown, consumer, view, own)

    def _shown(self, consumer: Consumer, view: View, own: bool) -> pb.Consumer:
        standing = self._backend.reader.consumers.standing(consumer, view.viewer)
        message = consumer_to_message(consumer, standing, view)
        if not own:
            # It may have acknowledged what the caller is not told of, and nothing else.
            message.ClearField("acknowledge_time")
        return message

    def _outstanding(
        self, consumer: Consumer, page: Page, view: View
    ) -> tuple[list[pb.OutstandingDecision], list[int]]:
        after, limit = view.after(page.position), page.size + 1
        found = self._backend.reader.consumers.outstanding(consumer, after, limit, view.viewer)
        messages = [outstanding_to_message(item, view) for item in found]
        return messages, [view.place(item.decision.sequence) for item in found]

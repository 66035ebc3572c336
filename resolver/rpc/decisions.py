"""`DecisionService`: the feed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial

import grpc

from ftf.resolution.v1 import decision_pb2
from ftf.resolution.v1 import decision_service_pb2 as pb
from ftf.resolution.v1 import decision_service_pb2_grpc as pb_grpc
from resolver.domain.consumer import require_held
from resolver.domain.feed import DecisionFilter, FeedPlace
from resolver.engine.asked.consumers import Acknowledge
from resolver.rpc import limits
from resolver.rpc.backend import Backend, stopping_error
from resolver.rpc.cursors import encode_cursor
from resolver.rpc.decision_filters import read_filter
from resolver.rpc.decision_lists import ReadDecisions, decisions_after
from resolver.rpc.decision_messages import number_decision
from resolver.rpc.live_feed import LiveFeed
from resolver.rpc.marking_messages import mark_decision
from resolver.rpc.moments import timestamp
from resolver.rpc.paging import close_page, open_page
from resolver.rpc.resource_names import is_consumer_name, require_consumer_name, require_record_name
from resolver.rpc.validate_text import check_text
from resolver.rpc.view import View
from resolver.rpc.violations import Violations


class DecisionService(pb_grpc.DecisionServiceServicer):
    """Tells what was decided, in order and without gaps."""

    def __init__(self, backend: Backend, heartbeat: float = limits.HEARTBEAT) -> None:
        """Takes the seconds without a decision after which the feed sends a heartbeat."""
        self._backend = backend
        self._heartbeat = heartbeat
        self._feed = LiveFeed(backend)

    async def WatchDecisions(
        self,
        request: pb.WatchDecisionsRequest,
        context: grpc.aio.ServicerContext[pb.WatchDecisionsRequest, pb.WatchDecisionsResponse],
    ) -> AsyncIterator[pb.WatchDecisionsResponse]:
        """Sends the decisions after a cursor, then each new one.

        A response is made when gRPC has taken the one before, which it does at the pace of the reader.
        """
        view = self._backend.view_of(context)
        watch = await self._opened(request, self._backend.holder_of(context, request.holder), view)
        clock = asyncio.get_running_loop().time
        place, told, at_end, heard = watch.start, watch.start, False, clock()
        with self._feed.watched():
            newest = await self._feed.find_head()
            until = newest if request.stop_at_end else None
            while not self._backend.stopping.is_set():
                stretch = await self._feed.after(place, until, watch.wants, view)
                for decision in stretch.decisions:
                    yield self._response(view, decision.place, decision.message)
                    told, heard = decision.place, clock()
                ended, place = stretch.end == place, stretch.end
                if ended and request.stop_at_end:
                    # What the view is not told of is no way forward.
                    if view.place(place.sequence) != view.place(told.sequence):
                        yield await self._backend.shown(view, self._response, view, place)
                    return
                if (ended and not at_end) or clock() - heard >= self._heartbeat:
                    yield await self._backend.shown(view, self._response, view, place)
                    told, heard, at_end = place, clock(), at_end or ended
                if ended:
                    await self._feed.wait_beyond(place, heard + self._heartbeat - clock())
        raise stopping_error()

    async def ListDecisions(
        self,
        request: pb.ListDecisionsRequest,
        context: grpc.aio.ServicerContext[pb.ListDecisionsRequest, pb.ListDecisionsResponse],
    ) -> pb.ListDecisionsResponse:
        """Lists decisions, oldest first."""
        view, reader = self._backend.view_of(context), self._backend.reader
        page = open_page(request.page_size, request.page_token, "ListDecisions", request.record, view)
        read: ReadDecisions = reader.decisions
        if request.record:
            require_record_name("record", request.record)
            read = partial(reader.decisions_of_record, request.record)
        found = await self._backend.read(decisions_after, read, page, view)
        decisions, token = close_page(page, [each.message for each in found], [each.place for each in found])
        return pb.ListDecisionsResponse(decisions=decisions, next_page_token=token)

    async def AcknowledgeDecisions(
        self,
        request: pb.AcknowledgeDecisionsRequest,
        context: grpc.aio.ServicerContext[pb.AcknowledgeDecisionsRequest, pb.AcknowledgeDecisionsResponse],
    ) -> pb.AcknowledgeDecisionsResponse:
        """Tells that a consumer has carried out everything up to a cursor."""
        require_consumer_name("consumer", request.consumer)
        violations = Violations()
        check_text(violations, "holder", request.holder, limits.HOLDER)
        if not request.cursor:
            violations.add("cursor", "must not be empty")
        violations.raise_any()
        view = self._backend.view_of(context)
        place = await self._backend.place_of("cursor", request.cursor, view)
        holder = self._backend.holder_of(context, request.holder)
        registered = await self._backend.register(Acknowledge(request.consumer, holder, place), context)
        stands = registered.consumer
        acknowledged = await self._backend.shown(view, encode_cursor, stands.acknowledged, view)
        response = pb.AcknowledgeDecisionsResponse(acknowledged_cursor=acknowledged)
        if stands.acknowledge_time is not None:
            response.acknowledge_time.CopyFrom(timestamp(stands.acknowledge_time))
        return response

    async def _opened(self, request: pb.WatchDecisionsRequest, holder: str, view: View) -> _Watch:
        violations = Violations()
        wants = read_filter(violations, "filter", request.filter)
        check_text(violations, "holder", request.holder, limits.HOLDER)
        if request.consumer and not is_consumer_name(request.consumer):
            violations.add("consumer", "must be consumers/{consumer}")
        if request.consumer and request.HasField("filter"):
            violations.add("filter", "must be absent with a consumer, whose own is used")
        violations.raise_any()
        start = await self._backend.place_of("cursor", request.cursor, view)
        if not request.consumer:
            return _Watch(start, wants)
        found = await self._backend.read(self._backend.reader.consumers.named, request.consumer)
        consumer = require_held(found, request.consumer, holder)
        return _Watch(start if request.cursor else consumer.acknowledged, consumer.wants)

    def _response(
        self, view: View, place: FeedPlace, decision: decision_pb2.Decision | None = None
    ) -> pb.WatchDecisionsResponse:
        """A message of the feed; without a decision a heartbeat.

        A decision is copied, with the numbers of the view, and the markings of its records as they are now.
        """
        response = pb.WatchDecisionsResponse(decision=decision)
        if decision is None:
            response.cursor = encode_cursor(place, view)
        else:
            number_decision(response.decision, place, view)
            mark_decision(response.decision, view)
            response.cursor = response.decision.cursor
        response.send_time.FromDatetime(self._backend.engine.now())
        return response


@dataclass(frozen=True, slots=True)
class _Watch:
    """Where a watch begins, and what it wants."""

    start: FeedPlace
    wants: DecisionFilter

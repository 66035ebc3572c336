"""`DecisionService`: the feed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import grpc

from ftf.resolution.v1 import decision_service_pb2 as pb
from ftf.resolution.v1 import decision_service_pb2_grpc as pb_grpc
from resolver.rpc import limits
from resolver.rpc.backend import Backend, stopping_error
from resolver.rpc.convert import decision_to_message
from resolver.rpc.cursors import decode_cursor, encode_cursor
from resolver.rpc.paging import close_page, open_page
from resolver.rpc.resource_names import require_record_name


class DecisionService(pb_grpc.DecisionServiceServicer):
    """Tells what was decided, in order and without gaps."""

    def __init__(self, backend: Backend, heartbeat: float = limits.HEARTBEAT) -> None:
        """Takes the seconds without a decision after which the feed sends a heartbeat."""
        self._backend = backend
        self._heartbeat = heartbeat

    async def WatchDecisions(
        self,
        request: pb.WatchDecisionsRequest,
        context: grpc.aio.ServicerContext[pb.WatchDecisionsRequest, pb.WatchDecisionsResponse],
    ) -> AsyncIterator[pb.WatchDecisionsResponse]:
        """Sends the decisions after a cursor, then each new one.

        The store is read page by page and the writer only says that there is more. So a slow caller holds up nobody,
        misses nothing, and keeps no decisions waiting in memory.
        """
        store_id, reader = self._backend.store_id, self._backend.reader
        head = await self._backend.read(reader.head)
        place = decode_cursor("cursor", request.cursor, store_id, head, reader.former_stores())
        with _Bell(self._backend) as bell:
            while not self._backend.stopping.is_set():
                bell.clear()
                decisions = await self._backend.read(reader.decisions, place, limits.FEED_PAGE)
                for decision in decisions:
                    place = decision.sequence
                    if request.stop_at_end and place > head:
                        return
                    response = _event(place, store_id)
                    response.decision.CopyFrom(decision_to_message(decision, store_id))
                    yield response
                if decisions:
                    continue
                if request.stop_at_end:
                    return
                if not await bell.rings_within(self._heartbeat):
                    yield _event(place, store_id)
        raise stopping_error()

    async def ListDecisions(
        self,
        request: pb.ListDecisionsRequest,
        context: grpc.aio.ServicerContext[pb.ListDecisionsRequest, pb.ListDecisionsResponse],
    ) -> pb.ListDecisionsResponse:
        """Lists decisions, oldest first."""
        store_id, reader = self._backend.store_id, self._backend.reader
        page = open_page(request.page_size, request.page_token, "ListDecisions", request.record, store_id)
        if request.record:
            require_record_name("record", request.record)
            found = await self._backend.read(reader.decisions_of_record, request.record, page.position, page.size + 1)
        else:
            found = await self._backend.read(reader.decisions, page.position, page.size + 1)
        messages = [decision_to_message(decision, store_id) for decision in found]
        decisions, token = close_page(page, messages, [decision.sequence for decision in found])
        return pb.ListDecisionsResponse(decisions=decisions, next_page_token=token)


class _Bell:
    """Rings on the event loop when the writer has committed, or the service stops."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def __enter__(self) -> _Bell:
        self._stop_watching = self._backend.engine.watch(self._ring)
        self._stopping = asyncio.create_task(self._backend.stopping.wait())
        self._stopping.add_done_callback(lambda _: self._rung.set())
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_watching()
        self._stopping.cancel()

    def clear(self) -> None:
        """Makes ready for the next commit. What is read from the store after this includes all before it."""
        self._rung.clear()

    async def rings_within(self, seconds: float) -> bool:
        """Waits for the bell; False when the time passes first."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        return True

    def _ring(self, _: int) -> None:
        # The writer's thread must go on even when a call ends at this moment and its loop with it.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._rung.set)


def _event(place: int, store_id: int) -> pb.WatchDecisionsResponse:
    response = pb.WatchDecisionsResponse(cursor=encode_cursor(place, store_id))
    response.send_time.GetCurrentTime()
    return response

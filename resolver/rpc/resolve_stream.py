"""The stream of records: messages are read and queued while earlier ones are being decided, and answered in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.admission import Answers
from resolver.domain.errors import ErrorReason, Overloaded
from resolver.rpc import limits
from resolver.rpc.answers import results_of
from resolver.rpc.auditing import AUDIT
from resolver.rpc.backend import Backend, stopping_error
from resolver.rpc.interceptors.handlers import Context
from resolver.rpc.requests import stream_write
from resolver.rpc.stream_order import StreamOrder, Window
from resolver.writes import Write

_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 1.0
"""Seconds to wait when the engine's queue is full; the pause doubles from the first to the longest."""


@dataclass(frozen=True, slots=True)
class _InFlight:
    """A message that the engine has and the client has no answer to."""

    sequence: int
    records: int
    size: int
    answers: asyncio.Future[Answers]


@dataclass(frozen=True, slots=True)
class _End:
    """The end of the messages, for a reason."""

    error: Exception | None


class ResolveStream:
    """One call of `ResolveRecords`."""

    def __init__(self, backend: Backend, context: Context) -> None:
        self._backend = backend
        self._context = context
        self._audit = AUDIT.get()
        self._order = StreamOrder()
        self._window = Window(limits.STREAM_CREDIT, limits.STREAM_BYTES)
        self._pending: asyncio.Queue[_InFlight | _End] = asyncio.Queue()

    async def responses(
        self, requests: AsyncIterator[pb.ResolveRecordsRequest]
    ) -> AsyncIterator[pb.ResolveRecordsResponse]:
        """The credit, then one acknowledgement for each message, in order.

        Raises:
            ResolverError: a message broke the rules, or the service stops; earlier messages were acknowledged.
        """
        yield pb.ResolveRecordsResponse(credit=limits.STREAM_CREDIT)
        reading = asyncio.create_task(self._read(requests))
        stopping = asyncio.create_task(self._backend.stopping.wait())
        stopping.add_done_callback(lambda _: reading.cancel())
        try:
            while isinstance(item := await self._pending.get(), _InFlight):
                results = await self._backend.run(results_of, await item.answers, self._backend.store_id)
                await self._window.release(item.records, item.size)
                yield pb.ResolveRecordsResponse(sequence=item.sequence, results=results, credit=limits.STREAM_CREDIT)
            if item.error is not None:
                raise item.error
        finally:
            reading.cancel()
            stopping.cancel()
            self._forget()
            await asyncio.wait({reading})

    async def _read(self, requests: AsyncIterator[pb.ResolveRecordsRequest]) -> None:
        try:
            async for request in requests:
                self._order.accept(request)
                size = request.ByteSize()
                self._window.take(len(request.records), size)
                write = await self._backend.run(self._write, request)
                answers = await self._submit(write)
                self._pending.put_nowait(_InFlight(request.sequence, len(request.records), size, answers))
                await self._window.room()
        except asyncio.CancelledError:
            self._pending.put_nowait(_End(stopping_error()))
            raise
        except Exception as error:  # noqa: BLE001 - told after the answers to the messages before
            self._pending.put_nowait(_End(error))
        else:
            self._pending.put_nowait(_End(None))

    def _write(self, request: pb.ResolveRecordsRequest) -> Write:
        # The rights as they are at this message: they may have changed since the last.
        rights = self._backend.rights_of(self._context)
        write = self._backend.engine.prepared(stream_write(self._order.stream_id, request, rights).by(rights))
        return write if self._audit is None else self._audit.audited(write, request)

    async def _submit(self, write: Write) -> asyncio.Future[Answers]:
        """Hands a message to the engine; when its queue is full, waits instead of failing the stream."""
        pause = _FIRST_PAUSE
        while True:
            try:
                return asyncio.wrap_future(self._backend.engine.submit(write))
            except Overloaded as error:
                if error.reason is not ErrorReason.OVERLOADED:
                    raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _forget(self) -> None:
        """Takes what nobody waits for any more off the engine's queue."""
        while not self._pending.empty():
            item = self._pending.get_nowait()
            if isinstance(item, _InFlight):
                item.answers.cancel()

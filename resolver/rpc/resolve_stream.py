"""The stream of records: messages are read, made ready and queued while earlier ones are decided; answered in order.

_read: each message checked -> _making: what is being made ready -> _hand_over: to the engine, in their order
-> _pending: what the engine has -> responses
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.access.rights import WriteRights
from resolver.domain.errors import ErrorReason, Overloaded
from resolver.engine.asked.writes import Write
from resolver.engine.queued import Answers
from resolver.rpc import limits
from resolver.rpc.answers import results_of
from resolver.rpc.auditing import AUDIT
from resolver.rpc.backend import Backend, stopping_error
from resolver.rpc.interceptors.handlers import Context
from resolver.rpc.requests import stream_writes
from resolver.rpc.stream_order import StreamOrder, Window

_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 1.0
"""Seconds to wait when the engine's queue is full; the pause doubles from the first to the longest."""
_MADE_AT_ONCE: Final = 2
"""Messages of a stream that are being made ready at a time: the process beside has no pause between two."""
_TURN: Final = 0.005
_TURNS: Final = 8
"""How often, and after how many seconds each, it is asked whether single calls are still being served."""


@dataclass(frozen=True, slots=True)
class _InMaking:
    """A message of which the parts are being made ready."""

    sequence: int
    records: int
    size: int
    writes: asyncio.Task[list[Write]]


@dataclass(frozen=True, slots=True)
class _InFlight:
    """A message that the engine has and the client has no answer to."""

    message: _InMaking
    parts: Sequence[asyncio.Future[Answers]]


@dataclass(frozen=True, slots=True)
class _End:
    """The end of the messages, for a reason."""

    error: Exception | None


class ResolveStream:
    """One call of `ResolveRecords`."""

    def __init__(self, backend: Backend, context: Context) -> None:
        self._backend = backend
        self._context = context
        self._view = backend.view_of(context)
        self._audit = AUDIT.get()
        self._order = StreamOrder()
        self._window = Window(limits.STREAM_CREDIT, limits.STREAM_BYTES)
        self._making: asyncio.Queue[_InMaking | _End] = asyncio.Queue()
        self._room_to_make = asyncio.Semaphore(_MADE_AT_ONCE)
        self._pending: asyncio.Queue[_InFlight | _End] = asyncio.Queue()
        self._unanswered: list[asyncio.Future[Answers]] = []
        """What the engine has of the messages, in their order."""

    async def responses(
        self, requests: AsyncIterator[pb.ResolveRecordsRequest]
    ) -> AsyncIterator[pb.ResolveRecordsResponse]:
        """The credit, then one acknowledgement for each message, in order.

        Raises:
            ResolverError: a message broke the rules, or the service stops; earlier messages were acknowledged.
        """
        yield pb.ResolveRecordsResponse(credit=limits.STREAM_CREDIT)
        reading, handing_over = asyncio.create_task(self._read(requests)), asyncio.create_task(self._hand_over())
        stopping = asyncio.create_task(self._backend.stopping.wait())
        stopping.add_done_callback(lambda _: reading.cancel())
        try:
            while isinstance(item := await self._pending.get(), _InFlight):
                # Not gathered: that would take the first off the queue when the client leaves, before later ones.
                await asyncio.wait(item.parts)
                answers = tuple(chain.from_iterable(part.result() for part in item.parts))
                del self._unanswered[: len(item.parts)]
                await self._give_way()
                results = await self._backend.run(results_of, answers, self._view)
                await self._window.release(item.message.records, item.message.size)
                yield pb.ResolveRecordsResponse(
                    sequence=item.message.sequence, results=results, credit=limits.STREAM_CREDIT
                )
            if item.error is not None:
                raise item.error
        finally:
            for each in (stopping, reading, handing_over):
                each.cancel()
            await asyncio.wait({reading, handing_over})
            self._forget()

    async def _read(self, requests: AsyncIterator[pb.ResolveRecordsRequest]) -> None:
        try:
            async for request in requests:
                self._order.accept(request)
                size = request.ByteSize()
                self._window.take(len(request.records), size)
                # The rights as they are at this message: they may have changed since the last.
                rights = self._backend.rights_of(self._context)
                writes = await self._writes(request, rights)
                await self._room_to_make.acquire()
                ready = asyncio.create_task(self._backend.run(self._ready, request, writes))
                self._making.put_nowait(_InMaking(request.sequence, len(request.records), size, ready))
                await self._window.room()
        except asyncio.CancelledError:
            self._making.put_nowait(_End(stopping_error()))
            raise
        except Exception as error:  # noqa: BLE001 - told after the answers to the messages before
            self._making.put_nowait(_End(error))
        else:
            self._making.put_nowait(_End(None))

    async def _hand_over(self) -> None:
        """Alone hands messages to the engine, so that none is decided before an earlier one."""
        try:
            while isinstance(item := await self._making.get(), _InMaking):
                writes = await item.writes
                self._room_to_make.release()
                parts = await self._submit_all(writes)
                self._pending.put_nowait(_InFlight(item, parts))
        except Exception as error:  # noqa: BLE001 - as above
            self._pending.put_nowait(_End(error))
        else:
            self._pending.put_nowait(item)

    async def _writes(self, request: pb.ResolveRecordsRequest, rights: WriteRights | None) -> list[Write]:
        parts = stream_writes(self._order.stream_id, request, rights)
        writes: list[Write] = []
        while sum(map(len, (write.changes for write in writes))) < len(request.records):
            await self._give_way()
            writes += await self._backend.run(self._some, parts)
        return [write.by(rights, self._view.viewer) for write in writes]

    def _some(self, parts: Iterator[Write]) -> list[Write]:
        """The next parts of a message: all that are left, unless a single call comes."""
        made: list[Write] = []
        for part in parts:
            made.append(part)
            if self._backend.engine.queue.hurried:
                break
        return made

    async def _give_way(self) -> None:
        """Leaves the interpreter to the writer as long as it serves single calls, but not for ever."""
        for _ in range(_TURNS):
            if not self._backend.engine.queue.hurried:
                return
            await asyncio.sleep(_TURN)

    def _ready(self, request: pb.ResolveRecordsRequest, writes: list[Write]) -> list[Write]:
        return self._audited(self._backend.engine.prepared(writes), request)

    def _audited(self, writes: list[Write], request: pb.ResolveRecordsRequest) -> list[Write]:
        """The parts of a message, each to be written down with what it has of the message."""
        if self._audit is None:
            return writes
        audited, first = [], 0
        for write in writes:
            last = first + len(write.changes)
            part = pb.ResolveRecordsRequest(stream_id=request.stream_id, sequence=request.sequence)
            part.records.extend(request.records[first:last])
            audited.append(self._audit.audited(write, part))
            first = last
        return audited

    async def _submit_all(self, writes: Sequence[Write]) -> list[asyncio.Future[Answers]]:
        parts = []
        for write in writes:
            parts.append(await self._submit(write))
            self._unanswered.append(parts[-1])
        return parts

    async def _submit(self, write: Write) -> asyncio.Future[Answers]:
        """Hands a part of a message to the engine; when its queue is full, waits instead of failing the stream."""
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
        """Gives up what is being made ready, and takes what nobody waits for any more off the engine's queue.

        The last first: the engine goes on meanwhile, and what it still carries out is then a beginning of the stream,
        without gaps.
        """
        while not self._making.empty():
            item = self._making.get_nowait()
            if isinstance(item, _InMaking):
                item.writes.cancel()
        for part in reversed(self._unanswered):
            part.cancel()

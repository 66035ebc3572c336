"""What every service of the interface works with: the engine, threads for what blocks, and the sign to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock, get_ident
from typing import Final, ParamSpec, TypeVar

from resolver.access.live import LiveAccess
from resolver.access.rights import WriteRights
from resolver.domain.answer import Stepped
from resolver.domain.consumer import Registered
from resolver.domain.errors import ErrorReason, Overloaded, ResolverError, Unauthenticated
from resolver.domain.feed import FeedPlace
from resolver.domain.handling import Viewer
from resolver.domain.retention import Extended
from resolver.domain.review import Claimed
from resolver.domain.verdict import Ruled
from resolver.engine.asked.consumers import Registration
from resolver.engine.asked.retention import ExtendRetention
from resolver.engine.asked.writes import Write
from resolver.engine.engine import Engine
from resolver.engine.queued import Answers
from resolver.rpc import limits
from resolver.rpc.auditing import AUDIT
from resolver.rpc.call_context import call_context
from resolver.rpc.callers import caller_of
from resolver.rpc.cursors import check_freshness, decode_cursor
from resolver.rpc.interceptors.handlers import Context
from resolver.rpc.view import View, view_of
from resolver.store.reader import Reader

_INTERRUPT_AGAIN: Final = 0.05
"""Seconds."""
_P = ParamSpec("_P")
_T = TypeVar("_T")


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(limits.READ_THREADS, thread_name_prefix="rpc")


@dataclass(frozen=True, slots=True)
class Backend:
    """The engine behind the services. Nothing of it blocks the event loop."""

    engine: Engine
    access: LiveAccess | None = None
    """The rules that callers have to go by; None for plain text, which has no callers."""
    threads: ThreadPoolExecutor = field(default_factory=_threads)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def reader(self) -> Reader:
        """The reading side; its calls block and go through `read`."""
        return self.engine.reader

    @property
    def store_id(self) -> int:
        """The number of the store, for cursors."""
        return self.engine.reader.store_id()

    async def run(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The result of a blocking call, made in a thread; cancelled before a thread is free, it is not made."""
        return await asyncio.wrap_future(self.threads.submit(call, *args, **kwargs))

    async def shown(self, view: View, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The result of a call that turns numbers for a view, in a thread only where it may block."""
        return call(*args, **kwargs) if view.counts_everything else await self.read(call, *args, **kwargs)

    async def read(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The result of a call of the reader, made in a thread; cancelled, its query is stopped."""
        query = _Query(self.reader)
        try:
            return await self.run(query.make, lambda: call(*args, **kwargs))
        except asyncio.CancelledError:
            query.stop()
            raise

    def rights_of(self, context: Context) -> WriteRights | None:
        """What the caller of a call may write now; None for plain text, where everything is allowed.

        Raises:
            Unauthenticated: CALLER_UNKNOWN, where there are rules and no caller.
        """
        if self.access is None:
            return None
        caller = caller_of(context)
        if caller is None:
            raise Unauthenticated(ErrorReason.CALLER_UNKNOWN, "there is no client certificate")
        return self.access.current.rights_of(caller)

    def holder_of(self, context: Context, stated: str) -> str:
        """Who holds the consumers that a call is about: the caller of the certificate, in plain text who it says."""
        rights = self.rights_of(context)
        return stated if rights is None else rights.caller

    async def write(self, write: Write, context: Context) -> Answers:
        """The engine's answers to a caller's write. Cancelled, the write leaves the queue if it still waits there.

        Raises:
            ResolverError: the queue is full, or the write failed as a whole.
        """
        write, audit = write.by(self.rights_of(context), self.view_of(context).viewer), AUDIT.get()
        if audit is None:
            return await asyncio.wrap_future(self.engine.submit(write))
        try:
            answers = await asyncio.wrap_future(self.engine.submit(audit.audited(write)))
        except ResolverError as error:
            audit.settled(error)
            raise
        audit.settled()
        return answers

    async def rule(self, write: Write, context: Context) -> Ruled:
        """The receipt of a judgement that writes verdicts."""
        return _only(Ruled, await self.write(write, context))

    async def claim(self, write: Write, context: Context) -> Claimed:
        """The receipt of a judgement that claims a task."""
        return _only(Claimed, await self.write(write, context))

    async def step(self, write: Write, context: Context) -> Stepped:
        """What became of a step."""
        return _only(Stepped, await self.write(write, context))

    async def register(self, registration: Registration, context: Context) -> Registered:
        """The receipt of a change in the list of consumers."""
        return _only(Registered, await self.write(Write((), atomic=True, registration=registration), context))

    async def extend(self, asked: ExtendRetention, context: Context) -> Extended:
        """The receipt of an extension."""
        return _only(Extended, await self.write(Write((), atomic=True, keeping=asked), context))

    def view_of(self, context: Context) -> View:
        """What the caller of a call sees for the purpose that it states, and how it counts there."""
        caller = caller_of(context)
        viewer = None
        if caller is not None:
            viewer = Viewer(caller.country, caller.authority, call_context(context).purpose)
        engine = self.engine
        return view_of(viewer, self.store_id, self.reader.places, self.reader.cursor_key(), engine.markings)

    async def place_of(self, path: str, cursor: str, view: View) -> FeedPlace:
        """The place of the cursor in the field at `path`. Raises InvalidInput for one that is not of this view."""
        return await self.read(decode_cursor, path, cursor, view, self.reader.feed.place)

    async def require_fresh(self, token: str, view: View) -> None:
        """Raises InvalidInput for an `at_least_as_fresh` that is not of this store."""
        if token:
            await self.read(check_freshness, "at_least_as_fresh", token, view, self.reader.head)


def _only(kind: type[_T], answers: Answers) -> _T:
    (answer,) = answers
    if not isinstance(answer, kind):
        raise TypeError(f"the engine answered with {type(answer).__name__}")
    return answer


class _Query:
    """A call of the reader that can be stopped from the event loop."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._thread: int | None = None
        self._stopped = False
        # Held while the call begins, ends or is interrupted, so that no later query of the thread is hit.
        self._turn = Lock()

    def make(self, call: Callable[[], _T]) -> _T:
        """Makes the call in this thread."""
        with self._turn:
            if self._stopped:
                raise CancelledError
            self._thread = get_ident()
        try:
            return call()
        finally:
            with self._turn:
                self._thread = None

    def stop(self) -> None:
        """Stops the call, if it has not ended. Asks again, since an interruption between two queries has no effect."""
        with self._turn:
            self._stopped = True
            if self._thread is None:
                return
            self._reader.interrupt(self._thread)
        asyncio.get_running_loop().call_later(_INTERRUPT_AGAIN, self.stop)


def stopping_error() -> Overloaded:
    """What a caller is told when the service stops in the middle of a stream."""
    return Overloaded(ErrorReason.SHUTTING_DOWN, "the service is stopping")

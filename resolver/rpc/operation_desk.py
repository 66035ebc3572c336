"""Where long-running operations are asked for, looked up and waited for, by whichever service offers them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final
from uuid import uuid4

from google.longrunning import operations_pb2
from google.protobuf.message import Message

from resolver.access.roles import Role
from resolver.domain.caller import Caller
from resolver.domain.operation import OPERATIONS, Operated, Operation, no_operation
from resolver.engine.asked.operations import BeginOperation, Operating
from resolver.engine.asked.writes import Write
from resolver.jobs.operations import OperationRunner
from resolver.rpc.backend import Backend, stopping_error
from resolver.rpc.call_context import call_context
from resolver.rpc.interceptors.handlers import Context
from resolver.rpc.operation_messages import operation_to_message
from resolver.rpc.repeatable import digest_of, request_key

_METHOD: Final = "google.longrunning.Operations/GetOperation"


def _new_name() -> str:
    return OPERATIONS + uuid4().hex


class OperationDesk:
    """Belongs to the event loop of its server."""

    def __init__(self, backend: Backend, runner: OperationRunner, new_name: Callable[[], str] = _new_name) -> None:
        """Takes what makes the names of operations, which must not tell how many there are."""
        self._backend = backend
        self._runner = runner
        self._new_name = new_name
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._loop = asyncio.get_running_loop()
        runner.watch(self._heard)

    async def begin(
        self,
        kind: str,
        about: str,
        request: Message,
        request_id: str,
        context: Context,
        check: Callable[[], None] | None = None,
    ) -> operations_pb2.Operation:
        """Takes an operation in and lets the runner work on it.

        `request` is a message with a field `request_id`; one that comes again gives the operation that it began. Else
        `check` may raise a ResolverError for what stands in its way; it blocks the writer.
        """
        asked = BeginOperation(self._new_name(), kind, about, request.SerializeToString(), caller_of_call(context))
        if check is not None:
            asked = replace(asked, check=check)
        write = Write((), request_key=request_key(request_id), digest=digest_of(request), atomic=True, operating=asked)
        name = await self._written(write, context)
        self._runner.take(name)
        return operation_to_message(await self._named(name))

    async def visible(self, name: str, context: Context) -> Operation:
        """An operation that the caller may know of.

        Raises:
            NotFound: there is none, or another authority asked for it.
        """
        found = await self._named(name)
        whose = self.whose(context)
        if whose is not None and (found.caller is None or _authority(found.caller) != _authority(whose)):
            raise no_operation(name)
        return found

    def whose(self, context: Context) -> Caller | None:
        """Whose operations a caller may know of: those of its authority; None: all, for operators and in plain text."""
        call, access = call_context(context), self._backend.access
        if access is None or call.caller is None:
            return None
        return None if access.current.bears(call.caller, Role.OPERATOR, call.purpose, _METHOD) else call.caller

    async def change(self, asked: Operating, context: Context) -> None:
        """Has a change of an operation written down."""
        await self._written(Write((), atomic=True, operating=asked), context)

    async def wait(self, name: str, seconds: float, context: Context) -> Operation:
        """The operation once it has ended, or as it stands when the time is over. Takes no thread while it waits.

        Raises:
            NotFound: as `visible`.
            Overloaded: SHUTTING_DOWN, the service stops meanwhile.
        """
        with self._told_of(name) as ended:
            found = await self.visible(name, context)
            if found.done or seconds <= 0:
                return found
            stops = asyncio.create_task(self._backend.stopping.wait())
            ends = asyncio.create_task(ended.wait())
            try:
                await asyncio.wait({stops, ends}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
                if stops.done() and not ends.done():
                    raise stopping_error()
            finally:
                stops.cancel()
                ends.cancel()
            return await self.visible(name, context)

    async def _named(self, name: str) -> Operation:
        found = await self._backend.read(self._backend.reader.operations.named, name)
        if found is None:
            raise no_operation(name)
        return found

    async def _written(self, write: Write, context: Context) -> str:
        (answer,) = await self._backend.write(write, context)
        if not isinstance(answer, Operated):
            raise TypeError(f"the engine answered with {type(answer).__name__}")
        return answer.name

    @contextmanager
    def _told_of(self, name: str) -> Iterator[asyncio.Event]:
        event = asyncio.Event()
        self._waiting.setdefault(name, set()).add(event)
        try:
            yield event
        finally:
            self._waiting[name].discard(event)
            if not self._waiting[name]:
                del self._waiting[name]

    def _heard(self, name: str) -> None:
        # The worker must go on even when the service ends at this moment and its loop with it.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ring, name)

    def _ring(self, name: str) -> None:
        for event in self._waiting.get(name, ()):
            event.set()


def caller_of_call(context: Context) -> Caller | None:
    """The caller of a call; None in plain text."""
    return call_context(context).caller


def _authority(caller: Caller) -> tuple[str, str]:
    return caller.country, caller.authority

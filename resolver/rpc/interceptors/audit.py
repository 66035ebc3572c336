"""Writes every call of the contract down, also a refused one, before its answer leaves; see docs/audit.md."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Any

import grpc

from resolver.domain.audit import AuditEntry
from resolver.domain.errors import ResolverError
from resolver.engine.asked.writes import Write
from resolver.rpc.audit_rules import RULES, Way, references
from resolver.rpc.auditing import AUDIT, CallAudit, asked_by, is_unheard
from resolver.rpc.backend import Backend
from resolver.rpc.interceptors.handlers import Context, Continuation, Handler, Stream, Unary, is_ours, wrap

_SMALL = 64 * 1024
"""Bytes of a message above which its fields are looked at in a thread."""


class AuditInterceptor(grpc.aio.ServerInterceptor):
    """Stands outside of all that refuses a call for what it says, and inside of what turns errors into answers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """Wraps the methods of the contract; one without a rule raises KeyError, so that it is never answered."""
        handler = await continuation(handler_call_details)
        if handler is None or not is_ours(handler_call_details.method):
            return handler
        audited = _Audited(self._backend, handler_call_details.method.removeprefix("/"))
        return wrap(
            handler, unary=audited.unary, stream=audited.feed if audited.rule.way is Way.WATCH else audited.records
        )


class _Audited:
    """The calls of a method."""

    def __init__(self, backend: Backend, method: str) -> None:
        self._backend = backend
        self._method = method
        self.rule = RULES[method]

    def unary(self, inner: Unary) -> Unary:
        async def call(request: Any, context: Context) -> Any:  # noqa: ANN401 - of any method
            audit = await self._begin(context, request)
            try:
                answer = await inner(request, context)
            except Exception as error:
                if not audit.recorded and not is_unheard(error):
                    await self._note(audit.ended(error))
                raise
            if not audit.recorded:
                await self._note(audit.answered(answer))
            return answer

        return call

    def records(self, inner: Stream) -> Stream:
        """A stream whose messages are written down with what they ask for."""

        async def call(request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: ANN401 - of any method
            audit = await self._begin(context)
            try:
                async with aclosing(inner(request, context)) as responses:  # type: ignore[type-var]
                    async for response in responses:
                        yield response
            except Exception as error:
                if not is_unheard(error):
                    await self._note(audit.ended(error))
                raise

        return call

    def feed(self, inner: Stream) -> Stream:
        """A feed: what it gives out is known at its end."""

        async def call(request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: ANN401 - of any method
            audit = await self._begin(context, request)
            range_ = _Range()
            begun = False
            try:
                async with aclosing(inner(request, context)) as responses:  # type: ignore[type-var]
                    async for response in responses:
                        if not begun:
                            await self._note(AuditEntry(audit.asked, results={"WATCH_BEGUN": 1}))
                            begun = True
                        # Counted before it leaves: it may arrive although the caller is gone afterwards.
                        range_.give(references(response, self.rule.answer))
                        yield response
            except (asyncio.CancelledError, GeneratorExit) as error:
                self._note_unwaited(range_.entry(audit, error))
                raise
            except Exception as error:
                if begun:
                    self._note_unwaited(range_.entry(audit, error))
                elif not is_unheard(error):
                    await self._note(audit.ended(error))
                raise
            await self._note(range_.entry(audit, None))

        return call

    async def _begin(self, context: Context, request: Any = None) -> CallAudit:  # noqa: ANN401 - of any method
        audit = CallAudit(self.rule, asked_by(context, self._method))
        AUDIT.set(audit)
        if request is not None:
            size = getattr(request, "ByteSize", int)()
            stated = audit.message(request) if size < _SMALL else await self._backend.run(audit.message, request)
            audit.asked = stated
        return audit

    async def _note(self, entry: AuditEntry) -> None:
        """Waits until an entry is durable. Raises what keeps it from being so, and then the call fails with that."""
        await asyncio.wrap_future(self._backend.engine.submit(Write((), note=entry)))

    def _note_unwaited(self, entry: AuditEntry) -> None:
        """Hands an entry in for a caller who is gone. It is lost if the service is killed before it is written."""
        with suppress(ResolverError):
            self._backend.engine.submit(Write((), note=entry))


class _Range:
    """The decisions that a feed gave out."""

    def __init__(self) -> None:
        self._count = 0
        self._first: tuple[str, ...] = ()
        self._last: tuple[str, ...] = ()

    def give(self, names: tuple[str, ...]) -> None:
        """Counts a response: of a decision, or a heartbeat without one."""
        if names:
            self._count += 1
            self._first = self._first or names
            self._last = names

    def entry(self, audit: CallAudit, error: BaseException | None) -> AuditEntry:
        """The entry of the end."""
        counts = {"WATCH_ENDED": 1} | ({"DECISION": self._count} if self._count else {})
        ended = audit.ended(error, counts)
        return AuditEntry(ended.asked, ended.reason, ended.results, (*self._first, *self._last))

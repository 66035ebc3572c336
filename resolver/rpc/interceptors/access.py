"""Refuses what the access file does not grant, by method, role and purpose, before anything is looked up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, Final

import grpc
from grpc_reflection.v1alpha import reflection

from resolver.access.live import LiveAccess
from resolver.access.rules import Access
from resolver.domain.errors import ErrorReason, PermissionDenied
from resolver.rpc.call_context import call_context
from resolver.rpc.interceptors.handlers import Context, Continuation, Handler, Stream, Unary, wrap

_OPEN: Final = f"/{reflection.SERVICE_NAME}/"
"""The contract itself, which is public, may be read by whoever has a certificate."""


class AccessInterceptor(grpc.aio.ServerInterceptor):
    """Goes by the rules as they are: a stream that is open when rights are taken ends at its next message.

    That is the next one of the client where the client streams, else the next one of the server, heartbeats included.
    """

    def __init__(self, access: LiveAccess | None) -> None:
        """Takes the rules; None for plain text, which has no callers and lets every call pass."""
        self._access = access

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """Wraps every method but those of reflection, also one that is not in the table, which is refused then."""
        handler = await continuation(handler_call_details)
        if handler is None or self._access is None or handler_call_details.method.startswith(_OPEN):
            return handler
        gate = _Gate(self._access, handler_call_details.method.removeprefix("/"))
        return wrap(handler, unary=gate.unary, stream=gate.receiving if handler.request_streaming else gate.sending)


class _Gate:
    """Lets the calls of one method pass, or not."""

    def __init__(self, access: LiveAccess, method: str) -> None:
        self._access = access
        self._method = method

    def unary(self, inner: Unary) -> Unary:
        async def call(request: Any, context: Context) -> Any:  # noqa: ANN401 - of any method
            self._admit(context, dry_run=getattr(request, "validate_only", False))
            return await inner(request, context)

        return call

    def sending(self, inner: Stream) -> Stream:
        async def call(request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: ANN401 - of any method
            still_admitted = self._watch(context)
            async with aclosing(inner(request, context)) as responses:  # type: ignore[type-var]
                async for response in responses:
                    still_admitted()
                    yield response

        return call

    def receiving(self, inner: Stream) -> Stream:
        async def call(iterator: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
            still_admitted = self._watch(context)

            async def requests() -> AsyncIterator[Any]:
                async for request in iterator:
                    still_admitted()
                    yield request

            async with aclosing(inner(requests(), context)) as responses:  # type: ignore[type-var]
                async for response in responses:
                    yield response

        return call

    def _watch(self, context: Context) -> Callable[[], None]:
        """Admits a stream, and returns what to call at each of its messages."""
        admitted_by = self._admit(context)

        def still_admitted() -> None:
            nonlocal admitted_by
            if self._access.current is not admitted_by:
                admitted_by = self._admit(context)

        return still_admitted

    def _admit(self, context: Context, *, dry_run: bool = False) -> Access:
        """The rules by which the call may pass. Raises PermissionDenied."""
        rules, call = self._access.current, call_context(context)
        if call.caller is None:
            raise PermissionDenied(ErrorReason.ROLE_REQUIRED, "this call needs a certificate")
        rules.admit(call.caller, call.purpose, self._method, dry_run=dry_run)
        return rules

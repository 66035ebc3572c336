"""Refuses calls whose certificate does not say who calls, before anything of the call is looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc

from resolver.rpc.callers import caller_of
from resolver.rpc.interceptors.handlers import Context, Continuation, Handler, Stream, Unary, is_ours, wrap


class CallerInterceptor(grpc.aio.ServerInterceptor):
    """Lets health and reflection pass to every certificate of the authority."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """Wraps the methods of the contract."""
        handler = await continuation(handler_call_details)
        if handler is None or not is_ours(handler_call_details.method):
            return handler
        return wrap(handler, unary=_unary, stream=_stream)


def _unary(inner: Unary) -> Unary:
    async def call(request: Any, context: Context) -> Any:  # noqa: ANN401 - of any method
        caller_of(context)
        return await inner(request, context)

    return call


def _stream(inner: Stream) -> Stream:
    def call(request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: ANN401 - of any method
        caller_of(context)
        return inner(request, context)

    return call

"""Ends unary calls at their deadline, and gives one to calls that come without."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc

from resolver.domain.errors import ErrorReason, ResolverError
from resolver.rpc.interceptors.handlers import Context, Continuation, Handler, Unary, is_ours, wrap


class DeadlineInterceptor(grpc.aio.ServerInterceptor):
    """Cancels what a call waits for when its time is over, so that a write leaves the queue. Streams may last."""

    def __init__(self, default: float) -> None:
        """Takes the seconds for calls without a deadline."""
        self._default = default

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """Wraps the unary methods of the contract."""
        handler = await continuation(handler_call_details)
        if handler is None or not is_ours(handler_call_details.method):
            return handler
        return wrap(handler, unary=self._unary)

    def _unary(self, inner: Unary) -> Unary:
        async def call(request: Any, context: Context) -> Any:  # noqa: ANN401 - of any method
            remaining: float | None = context.time_remaining()
            limit = asyncio.timeout(self._default if remaining is None else remaining)
            try:
                async with limit:
                    return await inner(request, context)
            except TimeoutError:
                if not limit.expired():
                    raise
                raise ResolverError(ErrorReason.DEADLINE_EXCEEDED, "the deadline passed") from None

        return call

"""All interceptors as one, so that the handler of a method is wrapped once, and not anew for every call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import grpc

from resolver.rpc.interceptors.handlers import Continuation, Handler


@dataclass(frozen=True, slots=True)
class _Details:
    """All that interceptors are told: what a call's metadata say, they find out when it comes, of its context."""

    method: str


class Chain(grpc.aio.ServerInterceptor):
    """Remembers what the interceptors make of the handler of each method."""

    def __init__(self, interceptors: Sequence[grpc.aio.ServerInterceptor]) -> None:
        """Takes them outermost first."""
        self._interceptors = tuple(interceptors)
        self._wrapped: dict[str, Handler | None] = {}

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """The wrapped handler of the method; None where there is no such method, of which nothing is remembered."""
        method = handler_call_details.method
        if method not in self._wrapped:
            handler = await continuation(handler_call_details)
            if handler is None:
                return None
            self._wrapped[method] = await self._wrap(handler, method)
        return self._wrapped[method]

    async def _wrap(self, handler: Handler, method: str) -> Handler | None:
        wrapped: Handler | None = handler
        details = cast("grpc.HandlerCallDetails", _Details(method))
        for interceptor in reversed(self._interceptors):
            wrapped = await interceptor.intercept_service(partial(_given, wrapped), details)
        return wrapped


async def _given(handler: Handler | None, _: object) -> Handler | None:
    return handler

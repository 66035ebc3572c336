"""Turns every exception into what a caller may see of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, Never

import grpc

from resolver.domain.errors import ErrorReason, ResolverError
from resolver.rpc.calls import CURRENT
from resolver.rpc.errors import CODES, status_of, trailers
from resolver.rpc.interceptors.handlers import Context, Continuation, Handler, Stream, Unary, is_ours, wrap


class ErrorInterceptor(grpc.aio.ServerInterceptor):
    """Next to the outermost interceptor: gRPC would send the text of an uncaught exception to the caller."""

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
        try:
            return await inner(request, context)
        except grpc.aio.AbortError:
            raise
        except Exception as error:  # noqa: BLE001 - nothing may pass
            await _abort(context, error)

    return call


def _stream(inner: Stream) -> Stream:
    async def call(request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: ANN401 - of any method
        try:
            async with aclosing(inner(request, context)) as responses:  # type: ignore[type-var]
                async for response in responses:
                    yield response
        except grpc.aio.AbortError:
            raise
        except Exception as error:  # noqa: BLE001 - nothing may pass
            await _abort(context, error)

    return call


async def _abort(context: Context, error: Exception) -> Never:
    status = status_of(error)
    call = CURRENT.get()
    if call is not None:
        call.reason = (error.reason if isinstance(error, ResolverError) else ErrorReason.INTERNAL).name
    await context.abort(CODES[status.code], status.message, trailers(status))

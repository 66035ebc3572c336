"""Tells those who watch of every call, also of one that another interceptor refuses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import Any

import grpc

from resolver.rpc.calls import CURRENT, Call, CallWatcher
from resolver.rpc.errors import CODES
from resolver.rpc.interceptors.handlers import Context, Continuation, Handler, Stream, Unary, is_ours, wrap

_TRACE_HEADERS = ("traceparent", "tracestate")


class WatchInterceptor(grpc.aio.ServerInterceptor):
    """The outermost interceptor."""

    def __init__(self, watchers: Sequence[CallWatcher]) -> None:
        self._watchers = watchers

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """Wraps the methods of the contract."""
        handler = await continuation(handler_call_details)
        if handler is None or not is_ours(handler_call_details.method):
            return handler
        method = handler_call_details.method.removeprefix("/")
        return wrap(
            handler, unary=lambda inner: self._unary(inner, method), stream=lambda inner: self._stream(inner, method)
        )

    def _unary(self, inner: Unary, method: str) -> Unary:
        async def watched(request: Any, context: Context) -> Any:  # noqa: ANN401 - of any method
            with self._watching(Call(method, streaming=False, trace=_trace(context)), context):
                return await inner(request, context)

        return watched

    def _stream(self, inner: Stream, method: str) -> Stream:
        async def watched(request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: ANN401 - of any method
            with self._watching(Call(method, streaming=True, trace=_trace(context)), context):
                async with aclosing(inner(request, context)) as responses:  # type: ignore[type-var]
                    async for response in responses:
                        yield response

        return watched

    @contextmanager
    def _watching(self, call: Call, context: Context) -> Iterator[None]:
        CURRENT.set(call)
        for watcher in self._watchers:
            watcher.call_begun(call)
        code = grpc.StatusCode.OK
        try:
            yield
        except (asyncio.CancelledError, GeneratorExit):
            remaining: float | None = context.time_remaining()
            late = remaining is not None and remaining <= 0
            code = grpc.StatusCode.DEADLINE_EXCEEDED if late else grpc.StatusCode.CANCELLED
            raise
        except BaseException:
            code = _code_of(context)
            raise
        finally:
            seconds = time.monotonic() - call.begun
            for watcher in self._watchers:
                watcher.call_ended(call, code.name, seconds)


def _trace(context: Context) -> dict[str, str]:
    metadata = context.invocation_metadata() or ()
    return {name: value for name, value in metadata if name in _TRACE_HEADERS and isinstance(value, str)}


def _code_of(context: Context) -> grpc.StatusCode:
    """The status that a call was aborted with."""
    code: Any = context.code()
    return code if isinstance(code, grpc.StatusCode) else CODES.get(code, grpc.StatusCode.UNKNOWN)

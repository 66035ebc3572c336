"""Wraps the handler of a method, whatever its kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import grpc

# As text: gRPC's classes have type parameters for the type checker only.
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Unary: TypeAlias = "Callable[[Any, Context], Awaitable[Any]]"
Stream: TypeAlias = "Callable[[Any, Context], AsyncIterator[Any]]"
Continuation: TypeAlias = "Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]]"

_PREFIXES = ("/ftf.resolution.", "/google.longrunning.")


def is_ours(method: str) -> bool:
    """Whether a full method name is of this contract, not of health or reflection."""
    return method.startswith(_PREFIXES)


def checking(handler: Handler, check: Callable[[Context], object]) -> Handler:
    """The handler, called only where `check` of the call's context raises nothing."""

    def unary(inner: Unary) -> Unary:
        async def call(request: Any, context: Context) -> Any:  # noqa: ANN401 - of any method
            check(context)
            return await inner(request, context)

        return call

    def stream(inner: Stream) -> Stream:
        # No generator of its own, which every response of a feed would pass.
        def call(request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: ANN401 - of any method
            check(context)
            return inner(request, context)

        return call

    return wrap(handler, unary=unary, stream=stream)


def wrap(
    handler: Handler,
    *,
    unary: Callable[[Unary], Unary] | None = None,
    stream: Callable[[Stream], Stream] | None = None,
    deserializer: Callable[[bytes], Any] | None = None,
) -> Handler:
    """The handler with its behaviour wrapped: by `unary` if it gives one response, by `stream` if it gives several."""
    behaviour: Any
    if handler.response_streaming:
        behaviour = handler.stream_stream if handler.request_streaming else handler.unary_stream
        make = (
            grpc.stream_stream_rpc_method_handler if handler.request_streaming else grpc.unary_stream_rpc_method_handler
        )
        wrapped = stream(behaviour) if stream else behaviour
    else:
        behaviour = handler.stream_unary if handler.request_streaming else handler.unary_unary
        make = (
            grpc.stream_unary_rpc_method_handler if handler.request_streaming else grpc.unary_unary_rpc_method_handler
        )
        wrapped = unary(behaviour) if unary else behaviour
    return make(wrapped, deserializer or handler.request_deserializer, handler.response_serializer)

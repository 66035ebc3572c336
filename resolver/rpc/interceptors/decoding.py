"""Answers requests that cannot be parsed like other wrong input, instead of gRPC's bare INTERNAL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError, Message

from resolver.domain.errors import FieldViolation, InvalidInput
from resolver.rpc.interceptors.handlers import Context, Continuation, Handler, Stream, Unary, is_ours, wrap
from resolver.rpc.wire import substitute_invalid_text


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """Stands for a request that is no message until the handler is reached, after the purpose was checked."""


class DecodingInterceptor(grpc.aio.ServerInterceptor):
    """The innermost interceptor."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """Wraps the methods of the contract."""
        handler = await continuation(handler_call_details)
        if handler is None or handler.request_deserializer is None or not is_ours(handler_call_details.method):
            return handler
        deserializer = _tolerant(handler.request_deserializer, _request_type(handler_call_details.method))
        if handler.request_streaming:
            return wrap(handler, stream=_checking_each, deserializer=deserializer)
        return wrap(handler, unary=_checking, stream=_checking_stream, deserializer=deserializer)


def _request_type(method: str) -> Descriptor:
    _, service, name = method.split("/")
    return descriptor_pool.Default().FindServiceByName(service).FindMethodByName(name).input_type


def _tolerant(parse: Callable[[bytes], Message], kind: Descriptor) -> Callable[[bytes], Message | _Unreadable]:
    def deserialize(data: bytes) -> Message | _Unreadable:
        try:
            return parse(data)
        except DecodeError:
            try:
                return parse(substitute_invalid_text(kind, data))
            except (DecodeError, ValueError):
                return _Unreadable()

    return deserialize


def _readable(request: Any) -> Any:  # noqa: ANN401 - of any method
    if isinstance(request, _Unreadable):
        raise InvalidInput((FieldViolation("request", "is not a message of this method"),))
    return request


def _checking(inner: Unary) -> Unary:
    async def call(request: Any, context: Context) -> Any:  # noqa: ANN401 - of any method
        return await inner(_readable(request), context)

    return call


def _checking_stream(inner: Stream) -> Stream:
    def call(request: Any, context: Context) -> AsyncIterator[Any]:  # noqa: ANN401 - of any method
        return inner(_readable(request), context)

    return call


def _checking_each(inner: Stream) -> Stream:
    async def requests(iterator: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for request in iterator:
            yield _readable(request)

    def call(iterator: AsyncIterator[Any], context: Context) -> AsyncIterator[Any]:
        return inner(requests(iterator), context)

    return call

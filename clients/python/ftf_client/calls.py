"""What every call carries and how it ends: metadata, a deadline, a request id, patience, typed errors."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import grpc
from google.protobuf.message import Message

from ftf_client.errors import Cancelled, Overloaded, error_of_call
from ftf_client.policy import ATTEMPTS

_T = TypeVar("_T")
# What gRPC hands to an interceptor has no types.
Given: TypeAlias = Any
Call: TypeAlias = Any


@dataclass(frozen=True)
class _Details(grpc.ClientCallDetails):
    method: str
    timeout: float | None
    metadata: Any
    credentials: grpc.CallCredentials | None
    wait_for_ready: bool | None
    compression: grpc.Compression | None


class CallInterceptor(
    grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor, grpc.StreamStreamClientInterceptor
):
    """Stands between the generated stubs and the channel."""

    def __init__(self, address: str, metadata: tuple[tuple[str, str], ...], timeout: float) -> None:
        """`metadata` unless the call brings its own under the same keys; `timeout`: seconds for unary calls."""
        self._address = address
        self._metadata = metadata
        self._timeout = timeout

    def intercept_unary_unary(
        self,
        continuation: Callable[..., Call],
        client_call_details: Given,
        request: Given,
    ) -> Call:
        """Adds what is missing, and comes again when a full service says when. Raises `ServiceError`."""
        timeout = self._timeout if client_call_details.timeout is None else client_call_details.timeout
        request, deadline = _with_request_id(request), time.monotonic() + timeout
        for attempt in range(1, ATTEMPTS + 1):
            left = max(deadline - time.monotonic(), 0)
            call = continuation(self._details(client_call_details, left), request)
            error = call.exception()
            if error is None:
                return call
            told = error_of_call(error, self._address) if isinstance(error, grpc.RpcError) else error
            pause = _pause(told)
            if pause is None or attempt == ATTEMPTS or time.monotonic() + pause >= deadline:
                raise told from None
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def intercept_unary_stream(
        self,
        continuation: Callable[..., Call],
        client_call_details: Given,
        request: Given,
    ) -> Call:
        """Adds the metadata; the answers raise `ServiceError`."""
        details = self._details(client_call_details, client_call_details.timeout)
        return Responses(continuation(details, request), self._address)

    def intercept_stream_stream(
        self,
        continuation: Callable[..., Call],
        client_call_details: Given,
        request_iterator: Given,
    ) -> Call:
        """Adds the metadata; the answers raise `ServiceError`."""
        details = self._details(client_call_details, client_call_details.timeout)
        return Responses(continuation(details, request_iterator), self._address)

    def _details(self, given: Given, timeout: float | None) -> _Details:
        own = tuple(given.metadata or ())
        keys = {key for key, _ in own}
        metadata = (*own, *((key, value) for key, value in self._metadata if key not in keys))
        return _Details(given.method, timeout, metadata, given.credentials, given.wait_for_ready, given.compression)


class Responses(Iterator[_T]):
    """The answers of a stream; ends with `ServiceError` where gRPC would raise its own.

    Of a call that has ended nothing is kept, not by its error either. gRPC's object of a call takes a lock when it is
    given up; where that is first at the interpreter's end, gRPC's threads may have stopped with the lock in their
    hands, and the process would never end.
    """

    def __init__(self, call: Call, address: str) -> None:
        self._call, self._address = call, address
        self._end: Exception = Cancelled(grpc.StatusCode.CANCELLED, "the call was given up", None, address)

    def __next__(self) -> _T:
        """The next answer; after the last one the same end as often as asked."""
        call = self._call
        if call is None:
            raise self._end
        try:
            answer: _T = next(call)
        except StopIteration:
            self._end = StopIteration()
        except grpc.RpcError as error:
            self._end = error_of_call(error.with_traceback(None), self._address)
        else:
            return answer
        # Raised outside of the handler, an error is not told what it came of, which is the call itself.
        self._call = call = None
        raise self._end

    def cancel(self) -> None:
        """Ends the call."""
        call, self._call = self._call, None
        if call is not None:
            call.cancel()


def _with_request_id(request: Message) -> Message:
    """A write with a UUID, so that it may be repeated; another request, or one that has its own, as it is."""
    field = request.DESCRIPTOR.fields_by_name.get("request_id")
    if field is None or getattr(request, field.name):
        return request
    named = type(request)()
    named.CopyFrom(request)
    setattr(named, field.name, str(uuid.uuid4()))
    return named


def _pause(error: Exception) -> float | None:
    """The seconds after which a service that is full asks to try again; None for every other error."""
    return error.retry_after if isinstance(error, Overloaded) else None

"""What a call fails with.

ServiceError            the service, or the way to it; has status code, reason, fields and when to come again
  InvalidInput          the request is wrong in the fields named
  NotFound              there is no such thing
  AlreadyExists         it is there already
  Conflict              not in the version that was expected: read again, then decide
  Refused               does not fit what is there
  Overloaded            the service has too much to do, or was asked for too much
  Unreachable           nobody answers: absent, stopping, cut off, a wrong certificate, plain text against TLS
  DeadlineExceeded      the answer did not come in time; whether it was done is not known
  Unauthenticated       the certificate does not say who calls
  PermissionDenied      the caller may not
  Unsupported           the server is older than this client and does not know the method
  Cancelled             given up by the caller
  Internal              a fault of the service, or an answer that breaks the contract
PlainTextRefused        plain text to another machine; nothing was sent
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """A wrong field: its path, as `record.identities[0].births[0].earliest`, the reason, and a sentence."""

    field: str
    reason: str
    description: str


class PlainTextRefused(ValueError):
    """Plain text would leave this machine; certificates are needed."""


class ServiceError(Exception):
    """A call failed.

    Attributes:
        code: gRPC's status code.
        reason: The name of an `ErrorReason` of the contract without its prefix, as it was sent; a newer service may
            have reasons that this client does not know. Empty when the error is not the service's own.
        message: A sentence without personal data.
        violations: The wrong fields.
        retry_after: The seconds after which the service asks to try again; None when it does not.
        address: Where the service was called; empty for a result within a stream.
        status: All that was sent, for details that are not here; None when nothing was.
    """

    def __init__(self, code: grpc.StatusCode, message: str, status: Status | None = None, address: str = "") -> None:
        self.code = code
        self.message = message
        self.status = status
        self.address = address
        info, bad, retry = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest(), error_details_pb2.RetryInfo()
        self.reason = str(info.reason) if _unpacked(status, info) else ""
        self.violations: tuple[FieldViolation, ...] = ()
        if _unpacked(status, bad):
            self.violations = tuple(FieldViolation(v.field, v.reason, v.description) for v in bad.field_violations)
        self.retry_after: float | None = None
        if _unpacked(status, retry):
            self.retry_after = retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9
        super().__init__(f"{code.name}{f' ({self.reason})' if self.reason else ''}: {message}")

    @property
    def passes(self) -> bool:
        """Whether the same may succeed later: the service is away, slow, or full and says when to come again."""
        return isinstance(self, (Unreachable, DeadlineExceeded)) or (
            isinstance(self, Overloaded) and self.retry_after is not None
        )


class InvalidInput(ServiceError):
    """The request is wrong in the fields named; nothing was stored."""


class NotFound(ServiceError):
    """There is no such thing."""


class AlreadyExists(ServiceError):
    """It is there already."""


class Conflict(ServiceError):
    """The resource is not in the version that was expected."""


class Refused(ServiceError):
    """What is asked for does not fit what is there; nothing was stored."""


class Overloaded(ServiceError):
    """The service has too much to do, or was asked for too much; nothing was stored."""


class Unreachable(ServiceError):
    """Nobody answers. A wrong certificate looks like an absent service: TLS tells a client no more."""


class DeadlineExceeded(ServiceError):
    """The answer did not come in time; whether it was done is not known."""


class Unauthenticated(ServiceError):
    """The certificate does not say who calls."""


class PermissionDenied(ServiceError):
    """The caller may not."""


class Unsupported(ServiceError):
    """The server is older than this client and does not know the method."""


class Cancelled(ServiceError):
    """The caller gave up."""


class Internal(ServiceError):
    """A fault of the service, or an answer that breaks the contract."""


_TYPES: Final[Mapping[grpc.StatusCode, type[ServiceError]]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidInput,
    grpc.StatusCode.OUT_OF_RANGE: InvalidInput,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExists,
    grpc.StatusCode.ABORTED: Conflict,
    grpc.StatusCode.FAILED_PRECONDITION: Refused,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Overloaded,
    grpc.StatusCode.UNAVAILABLE: Unreachable,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.UNIMPLEMENTED: Unsupported,
    grpc.StatusCode.CANCELLED: Cancelled,
}
_CODES: Final = {code.value[0]: code for code in grpc.StatusCode}


def error_of_call(error: grpc.RpcError, address: str) -> ServiceError:
    """The typed error of a call that failed."""
    if not isinstance(error, grpc.Call):
        return Internal(grpc.StatusCode.UNKNOWN, str(error), None, address)
    try:
        status = rpc_status.from_call(error)
    except ValueError:
        # The details and the status of the call do not agree: what gRPC itself says counts.
        status = None
    if status is not None:
        return error_of_status(status, address)
    return _TYPES.get(error.code(), Internal)(error.code(), error.details() or "no details", None, address)


def error_of_status(status: Status, address: str = "") -> ServiceError:
    """The typed error of a `google.rpc.Status`, as in the results of a stream; a code that is none becomes UNKNOWN."""
    code = _CODES.get(status.code, grpc.StatusCode.UNKNOWN)
    return _TYPES.get(code, Internal)(code, status.message, status, address)


def _unpacked(status: Status | None, detail: Message) -> bool:
    """Fills a detail from a status; False when the status has none of its type."""
    return status is not None and any(packed.Unpack(detail) for packed in status.details)

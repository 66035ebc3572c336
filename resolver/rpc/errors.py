"""What a caller sees of an error: `google.rpc.Status` with exactly one `ErrorInfo`, and never an exception's text."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, MutableSequence
from datetime import timedelta
from typing import Any, Final

import grpc
from google.protobuf import any_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from ftf.resolution.v1 import verdict_service_pb2
from resolver.domain.errors import Contradiction, ErrorReason, FieldViolation, InvalidInput, Overloaded, ResolverError
from resolver.domain.fault import whereabouts
from resolver.rpc import limits
from resolver.rpc.calls import CURRENT
from resolver.rpc.judgement_messages import verdict_in_brief

DOMAIN: Final = "resolution.ftf"
DETAILS_KEY: Final = "grpc-status-details-bin"

STATUS_CODES: Final[Mapping[ErrorReason, grpc.StatusCode]] = {
    ErrorReason.UNSPECIFIED: grpc.StatusCode.INTERNAL,
    ErrorReason.FIELD_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.NAME_MISSING: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.DATE_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.COUNTRY_UNKNOWN: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.TEXT_NOT_ALLOWED: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.LIMIT_EXCEEDED: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.RECORD_NAME_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.PAGE_TOKEN_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.CURSOR_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.REQUEST_ID_REUSED: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.SEQUENCE_REUSED: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.SEQUENCE_OUT_OF_ORDER: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.PURPOSE_REQUIRED: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.RECORD_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    ErrorReason.IDENTITY_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    ErrorReason.ETAG_MISMATCH: grpc.StatusCode.ABORTED,
    ErrorReason.OVERLOADED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ErrorReason.CREDIT_EXCEEDED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ErrorReason.INTERNAL: grpc.StatusCode.INTERNAL,
    ErrorReason.SHUTTING_DOWN: grpc.StatusCode.UNAVAILABLE,
    ErrorReason.DEADLINE_EXCEEDED: grpc.StatusCode.DEADLINE_EXCEEDED,
    ErrorReason.VERDICT_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    ErrorReason.VERDICT_EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    ErrorReason.VERDICT_CONTRADICTS: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.VERDICT_WITHDRAWN: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.VERDICT_NOT_PENDING: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.SECOND_PERSON_REQUIRED: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.SAME_RECORD: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.SAME_IDENTITY: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.SIDE_EMPTY: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.REVIEW_TASK_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    ErrorReason.CLAIM_MISSING: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.CLAIM_EXPIRED: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.TASK_CLAIMED: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.RECORD_WITHDRAWN: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.RECORD_NOT_IN_IDENTITY: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.CURSOR_OF_ANOTHER_STORE: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.CURSOR_AHEAD: grpc.StatusCode.OUT_OF_RANGE,
    ErrorReason.CURSOR_EXPIRED: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.CONSUMER_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    ErrorReason.CONSUMER_TAKEN: grpc.StatusCode.PERMISSION_DENIED,
    ErrorReason.CONSUMER_DIFFERS: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.CONSUMER_OUTSTANDING: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.DECISION_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    ErrorReason.CALLER_UNKNOWN: grpc.StatusCode.UNAUTHENTICATED,
    ErrorReason.ROLE_REQUIRED: grpc.StatusCode.PERMISSION_DENIED,
    ErrorReason.PURPOSE_NOT_GRANTED: grpc.StatusCode.PERMISSION_DENIED,
    ErrorReason.SOURCE_NOT_GRANTED: grpc.StatusCode.PERMISSION_DENIED,
    ErrorReason.OWNER_MISMATCH: grpc.StatusCode.PERMISSION_DENIED,
    ErrorReason.SPARK_MISSING: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.SPARK_FAILED: grpc.StatusCode.UNAVAILABLE,
    ErrorReason.EXCHANGE_INVALID: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.STORAGE_FULL: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ErrorReason.STORE_FAILED: grpc.StatusCode.UNAVAILABLE,
    ErrorReason.BACKUP_NOT_CONFIGURED: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.BACKUP_EXISTS: grpc.StatusCode.ALREADY_EXISTS,
    ErrorReason.BACKUP_RUNNING: grpc.StatusCode.RESOURCE_EXHAUSTED,
    ErrorReason.CURSOR_OF_ANOTHER_VIEW: grpc.StatusCode.INVALID_ARGUMENT,
    ErrorReason.RETENTION_TOO_LONG: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.RETENTION_NOT_LATER: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.OPERATION_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    ErrorReason.OPERATION_RUNNING: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.OPERATION_INTERRUPTED: grpc.StatusCode.ABORTED,
    ErrorReason.OPERATION_CANCELLED: grpc.StatusCode.CANCELLED,
    ErrorReason.PLAN_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    ErrorReason.PLAN_STATE: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.PLAN_OVERTAKEN: grpc.StatusCode.ABORTED,
    ErrorReason.PLAN_LIMIT: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.PLAN_UNDER_WAY: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.STAGED_SOURCE_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    ErrorReason.STAGED_SOURCE_GONE: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.ROLLBACK_EXPIRED: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.MODEL_NOT_FOUND: grpc.StatusCode.NOT_FOUND,
    ErrorReason.MODEL_DAMAGED: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.MODEL_OF_ANOTHER_VERSION: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.MODEL_NOT_APPROVED: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.MODELS_NOT_CONFIGURED: grpc.StatusCode.FAILED_PRECONDITION,
    ErrorReason.TRAINING_DATA_INVALID: grpc.StatusCode.INVALID_ARGUMENT,
}
CODES: Final = {code.value[0]: code for code in grpc.StatusCode}
"""Status codes by their numbers."""
_RETRY_AFTER: Final = {
    ErrorReason.OVERLOADED: timedelta(seconds=1),
    ErrorReason.SHUTTING_DOWN: timedelta(seconds=5),
    ErrorReason.STORAGE_FULL: timedelta(seconds=30),
    ErrorReason.STORE_FAILED: timedelta(seconds=10),
    ErrorReason.BACKUP_RUNNING: timedelta(seconds=30),
}
"""Where the error itself does not say."""

_log = logging.getLogger(__name__)


def status_of(error: Exception) -> status_pb2.Status:
    """What a caller is told of an error. Anything but a ResolverError becomes an internal error and goes to the log."""
    if isinstance(error, ResolverError):
        return error_status(error)
    call = CURRENT.get()
    reference = secrets.token_hex(8) if call is None else call.number
    _log.error("internal error %s: %s", reference, whereabouts(error))
    return error_status(ResolverError(ErrorReason.INTERNAL, "internal error"), {"reference": reference})


def error_status(error: ResolverError, metadata: Mapping[str, str] | None = None) -> status_pb2.Status:
    """The status of a domain error: one ErrorInfo, and BadRequest or RetryInfo where they help."""
    about = dict(metadata or {})
    details: list[Message] = []
    if isinstance(error, InvalidInput):
        about["field"] = error.violations[0].field
        details.append(_bad_request(error.violations))
    if isinstance(error, Contradiction):
        details.append(verdict_service_pb2.VerdictContradiction(chain=map(verdict_in_brief, error.chain)))
    if error.reason in _RETRY_AFTER:
        told = error.retry_after if isinstance(error, Overloaded) else None
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromTimedelta(told or _RETRY_AFTER[error.reason])
        details.append(retry)
    info = error_details_pb2.ErrorInfo(reason=error.reason.name, domain=DOMAIN, metadata=about)
    status = status_pb2.Status(code=STATUS_CODES[error.reason].value[0], message=error.message)
    status.details.extend(_packed(detail) for detail in (info, *details))
    return status


def trailers(status: status_pb2.Status) -> tuple[tuple[str, bytes], ...]:
    """The call metadata that carry a status. Wrong fields and verdicts that there is no room for are left out."""
    fitted = status_pb2.Status()
    fitted.CopyFrom(status)
    for detail in fitted.details:
        bad_request, contradiction = error_details_pb2.BadRequest(), verdict_service_pb2.VerdictContradiction()
        if detail.Unpack(bad_request):
            _shorten(fitted, detail, bad_request, bad_request.field_violations)
        elif detail.Unpack(contradiction):
            _shorten(fitted, detail, contradiction, contradiction.chain)
    return ((DETAILS_KEY, fitted.SerializeToString()),)


def _shorten(status: status_pb2.Status, detail: any_pb2.Any, content: Message, entries: MutableSequence[Any]) -> None:
    while status.ByteSize() > limits.ERROR_BYTES and len(entries) > 1:
        del entries[-1]
        detail.Pack(content)


def _bad_request(violations: tuple[FieldViolation, ...]) -> error_details_pb2.BadRequest:
    message = error_details_pb2.BadRequest()
    for violation in violations[: limits.VIOLATIONS]:
        message.field_violations.add(
            field=violation.field, description=violation.description, reason=violation.reason.name
        )
    return message


def _packed(message: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed

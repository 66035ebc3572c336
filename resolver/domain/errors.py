"""Domain errors. Each carries a stable reason; `rpc/errors.py` maps reasons to gRPC status codes.

    ResolverError
      InvalidInput        one or more fields are wrong; carries their paths
      NotFound            the named thing does not exist
      Conflict            the etag is not the current one
      Refused             what is asked for does not fit what is there
        Contradiction     a verdict does not fit verdicts that stand; carries their chain
      Unauthenticated     the caller's certificate does not say who calls
      PermissionDenied    the access file does not let the caller do this
      Overloaded          the engine's queue is full; nothing was stored
      StorageFull         the disk is full; nothing was stored
      StoreFailed         the store cannot be used until it is opened anew
      BackupRefused       a copy of the store cannot be made as asked for
      StoreError          the database file cannot be used

No message holds personal data, SQL or a stack.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from resolver.domain.verdict import Verdict


class ErrorReason(Enum):
    """Why a call failed; the numbers are those of `ftf.resolution.v1.ErrorReason`."""

    UNSPECIFIED = 0
    FIELD_INVALID = 1
    NAME_MISSING = 2
    DATE_INVALID = 3
    COUNTRY_UNKNOWN = 4
    TEXT_NOT_ALLOWED = 5
    LIMIT_EXCEEDED = 6
    RECORD_NAME_INVALID = 7
    PAGE_TOKEN_INVALID = 8
    CURSOR_INVALID = 9
    REQUEST_ID_REUSED = 10
    SEQUENCE_REUSED = 11
    SEQUENCE_OUT_OF_ORDER = 12
    PURPOSE_REQUIRED = 13
    RECORD_NOT_FOUND = 14
    IDENTITY_NOT_FOUND = 15
    ETAG_MISMATCH = 16
    OVERLOADED = 17
    CREDIT_EXCEEDED = 18
    INTERNAL = 19
    SHUTTING_DOWN = 20
    DEADLINE_EXCEEDED = 21
    VERDICT_NOT_FOUND = 22
    VERDICT_EXISTS = 23
    VERDICT_CONTRADICTS = 24
    VERDICT_WITHDRAWN = 25
    VERDICT_NOT_PENDING = 26
    SECOND_PERSON_REQUIRED = 27
    SAME_RECORD = 28
    SAME_IDENTITY = 29
    SIDE_EMPTY = 30
    REVIEW_TASK_NOT_FOUND = 31
    CLAIM_MISSING = 32
    CLAIM_EXPIRED = 33
    TASK_CLAIMED = 34
    RECORD_WITHDRAWN = 35
    RECORD_NOT_IN_IDENTITY = 36
    CURSOR_OF_ANOTHER_STORE = 37
    CURSOR_AHEAD = 38
    CURSOR_EXPIRED = 39
    CONSUMER_NOT_FOUND = 40
    CONSUMER_TAKEN = 41
    CONSUMER_DIFFERS = 42
    CONSUMER_OUTSTANDING = 43
    DECISION_NOT_FOUND = 44
    CALLER_UNKNOWN = 50
    ROLE_REQUIRED = 51
    PURPOSE_NOT_GRANTED = 52
    SOURCE_NOT_GRANTED = 53
    OWNER_MISMATCH = 54
    SPARK_MISSING = 55
    SPARK_FAILED = 56
    EXCHANGE_INVALID = 57
    STORAGE_FULL = 60
    STORE_FAILED = 61
    BACKUP_NOT_CONFIGURED = 62
    BACKUP_EXISTS = 63
    BACKUP_RUNNING = 64
    CURSOR_OF_ANOTHER_VIEW = 65
    RETENTION_TOO_LONG = 75
    RETENTION_NOT_LATER = 76
    OPERATION_NOT_FOUND = 80
    OPERATION_RUNNING = 81
    OPERATION_INTERRUPTED = 82
    OPERATION_CANCELLED = 83
    MODEL_NOT_FOUND = 84
    MODEL_DAMAGED = 85
    MODEL_OF_ANOTHER_VERSION = 86
    MODEL_NOT_APPROVED = 87
    MODELS_NOT_CONFIGURED = 88
    TRAINING_DATA_INVALID = 89
    PLAN_NOT_FOUND = 90
    PLAN_STATE = 91
    PLAN_OVERTAKEN = 92
    PLAN_LIMIT = 93
    PLAN_UNDER_WAY = 94
    ROLLBACK_EXPIRED = 96
    STAGED_SOURCE_NOT_FOUND = 97
    STAGED_SOURCE_GONE = 98


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """A field's path, as `record.identities[0].births[0].earliest`, and what is wrong with it."""

    field: str
    description: str
    reason: ErrorReason = ErrorReason.FIELD_INVALID


class ResolverError(Exception):
    """Base of every error that a caller may see."""

    def __init__(self, reason: ErrorReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class InvalidInput(ResolverError):
    """The request is wrong in the fields named; nothing was stored. The reason is that of the first violation."""

    def __init__(self, violations: tuple[FieldViolation, ...]) -> None:
        first = violations[0]
        super().__init__(first.reason, f"{first.field}: {first.description}")
        self.violations = violations


class NotFound(ResolverError):
    """The named thing does not exist, or the caller may not know of it."""


class Conflict(ResolverError):
    """The resource is not in the version that the caller expects."""


class Refused(ResolverError):
    """What is asked for does not fit what is there; nothing was stored."""


class Contradiction(Refused):
    """A verdict does not fit those that stand; `chain` leads from the one record to the other."""

    def __init__(self, chain: tuple[Verdict, ...]) -> None:
        names = ", ".join(verdict.name for verdict in chain)
        super().__init__(ErrorReason.VERDICT_CONTRADICTS, f"contradicts {names}")
        self.chain = chain


class Unauthenticated(ResolverError):
    """The caller's certificate does not say who calls."""


class PermissionDenied(ResolverError):
    """The access file does not let the caller do this; nothing was stored."""


class Overloaded(ResolverError):
    """The service cannot take the work now; nothing was stored and the call may be repeated, after `retry_after`."""

    def __init__(self, reason: ErrorReason, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason, message)
        self.retry_after = retry_after


class StorageFull(ResolverError):
    """There is no room on the disk; nothing was stored, and the call may be repeated when there is."""


class StoreFailed(ResolverError):
    """The store must be opened anew. What was not answered may be stored: the same request id tells."""


class BackupRefused(ResolverError):
    """A copy of the store cannot be made as asked for; nothing was written."""


class StoreError(Exception):
    """The database file cannot be used as it is; nothing was changed in it."""

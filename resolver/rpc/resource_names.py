"""The patterns of resource names; AIP-122."""

from __future__ import annotations

import re

from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput

_KEY = r"[A-Za-z0-9._~-]{1,63}"
_SOURCE = re.compile(f"sources/{_KEY}")
_RECORD = re.compile(f"sources/{_KEY}/records/{_KEY}")
_TASK = re.compile("reviewTasks/[0-9A-Z]{1,20}-[0-9A-Z]{1,20}")
_IDENTITY = re.compile(f"identities/{_KEY}")
_CONSUMER = re.compile(f"consumers/{_KEY}")
_OPERATION = re.compile("operations/[0-9a-f]{32}")
_MODEL = re.compile("models/[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{8}")
_PLAN = re.compile("plans/([1-9][0-9]{0,17})")
_STAGED_SOURCE = re.compile("stagedSources/([1-9][0-9]{0,17})")
_DECISION = re.compile("decisions/([1-9][0-9]{0,17})")
_REFERENCE = re.compile(
    f"{_RECORD.pattern}|{_SOURCE.pattern}|{_TASK.pattern}|{_IDENTITY.pattern}|{_CONSUMER.pattern}|decisions/[1-9][0-9]{{0,17}}"
    f"|verdicts/[0-9]{{1,18}}|backups/{_KEY}|{_OPERATION.pattern}|{_MODEL.pattern}|purgedRecords/[0-9a-f]{{64}}"
    "|plans/[1-9][0-9]{0,17}|stagedSources/[1-9][0-9]{0,17}"
)


def is_record_name(name: str) -> bool:
    """Whether a text is `sources/{source}/records/{record}`; a key has 1 to 63 characters of `A-Z a-z 0-9 . _ ~ -`."""
    return _RECORD.fullmatch(name) is not None


def record_name_violation(path: str) -> FieldViolation:
    """What is said of a record's name that is none."""
    return FieldViolation(path, "must be sources/{source}/records/{record}", ErrorReason.RECORD_NAME_INVALID)


def is_identity_name(name: str) -> bool:
    """Whether a text has the form of an identity's name."""
    return _IDENTITY.fullmatch(name) is not None


def is_task_name(name: str) -> bool:
    """Whether a text has the form of a review task's name."""
    return _TASK.fullmatch(name) is not None


def is_source_name(name: str) -> bool:
    """Whether a text is `sources/{source}`."""
    return _SOURCE.fullmatch(name) is not None


def is_consumer_name(name: str) -> bool:
    """Whether a text is `consumers/{consumer}`."""
    return _CONSUMER.fullmatch(name) is not None


def is_model_name(name: str) -> bool:
    """Whether a text has the form of a model's name."""
    return _MODEL.fullmatch(name) is not None


def is_operation_name(name: str) -> bool:
    """Whether a text has the form of an operation's name."""
    return _OPERATION.fullmatch(name) is not None


def decision_number(name: str) -> int | None:
    """The place in the feed of `decisions/{decision}`; None for another text."""
    found = _DECISION.fullmatch(name)
    return int(found[1]) if found else None


def plan_number(path: str, name: str) -> int:
    """The number of the plan in the field at `path`. Raises InvalidInput unless that is `plans/{plan}`."""
    found = _PLAN.fullmatch(name)
    if found is None:
        raise InvalidInput((FieldViolation(path, "must be plans/{plan}"),))
    return int(found[1])


def staged_source_number(path: str, name: str) -> int:
    """The number of the staged source in the field at `path`. Raises InvalidInput unless that is its name."""
    found = _STAGED_SOURCE.fullmatch(name)
    if found is None:
        raise InvalidInput((FieldViolation(path, "must be stagedSources/{staged_source}"),))
    return int(found[1])


def is_reference(name: str) -> bool:
    """Whether a text has the form of a resource's name, and so holds nothing but keys that systems chose."""
    return _REFERENCE.fullmatch(name) is not None


def require_record_name(path: str, name: str) -> None:
    """Raises InvalidInput unless the field at `path` is a record's name."""
    if not is_record_name(name):
        raise InvalidInput((record_name_violation(path),))


def require_source_name(path: str, name: str) -> None:
    """Raises InvalidInput unless the field at `path` is a source's name."""
    if not is_source_name(name):
        raise InvalidInput((FieldViolation(path, "must be sources/{source}"),))


def require_identity_name(path: str, name: str) -> None:
    """Raises InvalidInput unless the field at `path` has the form of an identity's name."""
    if not is_identity_name(name):
        raise InvalidInput((FieldViolation(path, "must be identities/{identity}"),))


def require_consumer_name(path: str, name: str) -> None:
    """Raises InvalidInput unless the field at `path` is a consumer's name."""
    if not is_consumer_name(name):
        raise InvalidInput((FieldViolation(path, "must be consumers/{consumer}"),))


def require_operation_name(path: str, name: str) -> None:
    """Raises InvalidInput unless the field at `path` is an operation's name."""
    if not is_operation_name(name):
        raise InvalidInput((FieldViolation(path, "must be operations/{operation}"),))


def require_model_name(path: str, name: str) -> None:
    """Raises InvalidInput unless the field at `path` is a model's name."""
    if not is_model_name(name):
        raise InvalidInput((FieldViolation(path, "must be models/{model}"),))

"""What the audit log takes from requests and answers: a rule for every method of the contract.

A rule names fields, as paths through messages and lists, that hold names of resources. Nothing else of a message is
written down but which fields were given. What writes answer is taken from the engine's answers, in its transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from google.protobuf.message import Message

from ftf.resolution.v1 import record_pb2
from resolver.rpc.resource_names import is_reference

_V1: Final = "ftf.resolution.v1"
_OPERATIONS: Final = "google.longrunning.Operations"


class Way(Enum):
    """How the entry of an answered call comes about."""

    READ = 1
    """One entry, before the answer leaves."""
    WRITE = 2
    """One entry, in the transaction of the write."""
    STREAM = 3
    """One entry for each part of a message, in its transaction."""
    WATCH = 4
    """One entry before the first response leaves, and one at the end with the range that was given out."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How a method is audited, and which fields of the request, and of each answer, refer to resources."""

    way: Way
    request: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()


def _within(field: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{field}.{name}" for name in names)


_IDENTITY: Final = ("name", "records")
_DECISION: Final = ("name", "record", "identity")
_VERDICT: Final = ("name", "left", "right")
_PLAN_CHANGE: Final = (
    *_within("before", *_IDENTITY),
    *_within("after", *_IDENTITY),
    *(f"{links}.{end}" for links in ("joining_links", "parting_links") for end in ("left", "right")),
)
_TASK: Final = ("name", "identities", "link.left", "link.right")


def _write(*request: str) -> Rule:
    return Rule(Way.WRITE, request)


def _read(request: tuple[str, ...] = (), answer: tuple[str, ...] = ()) -> Rule:
    return Rule(Way.READ, request, answer)


RULES: Final[Mapping[str, Rule]] = {
    f"{_V1}.ResolutionService/ResolveRecord": _write("record.name"),
    f"{_V1}.ResolutionService/BatchResolveRecords": _write("requests.record.name"),
    f"{_V1}.ResolutionService/ResolveRecords": Rule(Way.STREAM, ("records.name",)),
    f"{_V1}.ResolutionService/WithdrawRecord": _write("name"),
    f"{_V1}.RecordService/GetRecord": _read(("name",), ("name",)),
    f"{_V1}.RecordService/ListRecords": _read(("parent",), ("records.name",)),
    f"{_V1}.RecordService/ListRecordVersions": _read(("parent",), ("versions.record.name",)),
    f"{_V1}.IdentityService/GetIdentity": _read(("name",), _IDENTITY),
    f"{_V1}.IdentityService/LookupIdentity": _read(
        ("record", "identity"), _within("identity", *_IDENTITY) + _within("forwarding_decision", *_DECISION)
    ),
    f"{_V1}.IdentityService/ListIdentities": _read((), _within("identities", *_IDENTITY)),
    f"{_V1}.IdentityService/GetIdentityHistory": _read(("name",), _within("decisions", *_DECISION)),
    f"{_V1}.IdentityService/GetGoldenView": _read(("name",), ("name", "attributes.values.records")),
    f"{_V1}.ExplanationService/ExplainPair": _read(("left", "right"), ("left", "right", "verdicts.name")),
    f"{_V1}.ExplanationService/ExplainIdentity": _read(
        ("name",),
        (
            "name",
            *_within("uniting_links", "left", "right"),
            *_within("open_review_tasks", *_TASK),
            *_within("verdicts", *_VERDICT),
        ),
    ),
    f"{_V1}.VerdictService/CreateVerdict": _write("verdict.left", "verdict.right"),
    f"{_V1}.VerdictService/ConfirmVerdict": _write("name"),
    f"{_V1}.VerdictService/WithdrawVerdict": _write("name"),
    f"{_V1}.VerdictService/MergeIdentities": _write("identities"),
    f"{_V1}.VerdictService/SplitIdentity": _write("name", "records"),
    f"{_V1}.VerdictService/GetVerdict": _read(("name",), _VERDICT),
    f"{_V1}.VerdictService/ListVerdicts": _read(("record",), _within("verdicts", *_VERDICT)),
    f"{_V1}.ReviewService/ListReviewTasks": _read((), _within("review_tasks", *_TASK)),
    f"{_V1}.ReviewService/GetReviewTask": _read(("name",), _TASK),
    f"{_V1}.ReviewService/ClaimReviewTask": _write("name"),
    f"{_V1}.ReviewService/ResolveReviewTask": _write("name"),
    f"{_V1}.DecisionService/WatchDecisions": Rule(Way.WATCH, ("consumer",), ("decision.name",)),
    f"{_V1}.DecisionService/ListDecisions": _read(("record",), _within("decisions", *_DECISION)),
    f"{_V1}.DecisionService/AcknowledgeDecisions": _write("consumer"),
    f"{_V1}.ConsumerService/CreateConsumer": _write(),
    f"{_V1}.ConsumerService/GetConsumer": _read(("name",), ("name",)),
    f"{_V1}.ConsumerService/ListConsumers": _read((), ("consumers.name",)),
    f"{_V1}.ConsumerService/DeleteConsumer": _write("name"),
    f"{_V1}.ConsumerService/ListOutstandingDecisions": _read(
        ("parent",), _within("outstanding_decisions.decision", *_DECISION)
    ),
    f"{_V1}.ConsumerService/ListAcknowledgements": _read(("parent",), ("acknowledgements.consumer",)),
    f"{_V1}.BackupService/CreateBackup": _read((), ("name",)),
    f"{_V1}.RetentionService/ListDueRecords": _read((), ("records.record",)),
    f"{_V1}.RetentionService/ExtendRetention": _write("name"),
    f"{_V1}.AuditService/ListAuditEntries": _read(("reference",)),
    f"{_V1}.AuditService/VerifyAudit": _read(),
    f"{_V1}.ModelService/ListModels": _read((), ("models.name",)),
    f"{_V1}.ModelService/GetModel": _read(("name",), ("name",)),
    f"{_V1}.ModelService/TrainModel": _write(),
    f"{_V1}.ModelService/EvaluateModel": _write("name"),
    f"{_V1}.ModelService/ApproveModel": _write("name"),
    f"{_V1}.ReresolutionService/PlanReresolution": _write("model", "staged_source"),
    f"{_V1}.ReresolutionService/GetPlan": _read(("name",), ("name",)),
    f"{_V1}.ReresolutionService/ListPlans": _read((), ("plans.name",)),
    f"{_V1}.ReresolutionService/ListPlanChanges": _read(("parent",), _within("plan_changes", *_PLAN_CHANGE)),
    f"{_V1}.ReresolutionService/ApplyPlan": _write("name"),
    f"{_V1}.ReresolutionService/RollbackPlan": _write("name"),
    f"{_V1}.ReresolutionService/StageRecords": _write("staged_source", "records.name"),
    f"{_V1}.ReresolutionService/ListStagedSources": _read((), ("staged_sources.name",)),
    f"{_V1}.ReresolutionService/DropStagedSource": _write("name"),
    f"{_OPERATIONS}/ListOperations": _read((), ("operations.name",)),
    f"{_OPERATIONS}/GetOperation": _read(("name",), ("name",)),
    f"{_OPERATIONS}/WaitOperation": _read(("name",), ("name",)),
    f"{_OPERATIONS}/CancelOperation": _write("name"),
    f"{_OPERATIONS}/DeleteOperation": _write("name"),
}


def references(message: object, paths: tuple[str, ...]) -> tuple[str, ...]:
    """The names of resources in the fields of a message; a text of another form is left out, whatever it is."""
    if not isinstance(message, Message):
        return ()
    found = (name for path in paths for name in _texts(message, path.split(".")))
    return tuple(dict.fromkeys(name for name in found if is_reference(name)))


def _texts(message: Message, path: list[str]) -> Iterator[str]:
    field, *rest = path
    kind = message.DESCRIPTOR.fields_by_name[field]
    if kind.has_presence and not message.HasField(field):
        return
    value = getattr(message, field)
    for each in value if kind.is_repeated else (value,):
        if rest:
            yield from _texts(each, rest)
        else:
            yield each


def inputs(message: object) -> tuple[str, ...]:
    """Which fields of a request were given, by name; of records which of theirs, and the types of biometrics."""
    return tuple(sorted(set(_given(message, "")))) if isinstance(message, Message) else ()


def _given(message: Message, path: str) -> Iterator[str]:
    for kind, value in message.ListFields():
        here = f"{path}{kind.name}"
        if kind.name == "biometrics" and isinstance(message, record_pb2.Record):
            for each in value:
                yield f"{here}.{_modality(each.modality)}"
        elif kind.message_type is not None and kind.message_type.full_name in _LOOKED_INTO:
            for each in value if kind.is_repeated else (value,):
                yield from _given(each, f"{here}.")
        else:
            yield here


_LOOKED_INTO: Final = frozenset({f"{_V1}.{name}" for name in ("Record", "ClaimedIdentity", "ResolveRecordRequest")})


def _modality(number: int) -> str:
    known = record_pb2.BiometricModality.DESCRIPTOR.values_by_number.get(number)
    return "UNKNOWN" if known is None else known.name.removeprefix("BIOMETRIC_MODALITY_")

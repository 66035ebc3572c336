"""Codes of the contract in words, and the short form of names."""

from __future__ import annotations

from google.protobuf.descriptor import EnumDescriptor

from ftf.resolution.v1.data_quality_pb2 import DataQualityKind
from ftf.resolution.v1.decision_pb2 import DecisionKind, Link, RequiredAction, ReviewReason
from ftf.resolution.v1.explanation_service_pb2 import Agreement
from ftf.resolution.v1.verdict_service_pb2 import (
    Justification,
    SecondPersonReason,
    Verdict,
    VerdictBasis,
    VerdictKind,
    VerdictState,
)

SUPPORT_ONLY = "support for a human decision, not a decision about a person"
_REASONS = {
    "BETWEEN_THRESHOLDS": "the weight lies between the review and the merge threshold",
    "BIOMETRICS_EXCLUDED": "an examiner excluded that the biometrics are of one person",
    "BIRTH_DATES_CONFLICT": "fully known birth dates contradict each other",
    "DOCUMENTS_CONFLICT": "two documents of one kind and issuer are valid at once",
    "SEX_CONFLICT": "the sexes contradict each other",
    "FATHERS_CONFLICT": "both state the name of the father, and no two are alike",
    "AMBIGUOUS": "a record is good for several identities that must not be one, and joined none of them",
    "IDENTITY_DATA_DIFFER": "biometrics or a document agree and the identity data differ, or the other way round",
    "MINOR": "a child is involved",
    "NAMES_DISAGREE": (
        "the weight suffices, but the names disagree or the births are more than two years apart, and no document or"
        " biometric reference is common"
    ),
    "VERDICT": "a verdict says that they are different people",
    "WEAK_BRIDGE": "one weak link stands between two groups whose other records do not support it",
}
_SECOND_PERSON = {
    "MINOR": "a child is involved",
    "OWNERS_DISAGREE": "the owners of the records see the person's standing differently",
    "CONFIRMED_IDENTITY": "an owner calls an identity confirmed",
}


def kind_name(kind: int) -> str:
    """`SPLIT` for `DECISION_KIND_SPLIT`."""
    return _short(DecisionKind.DESCRIPTOR, kind)


def action_name(action: int) -> str:
    """`PURGE_RECORD` for `REQUIRED_ACTION_PURGE_RECORD`."""
    return _short(RequiredAction.DESCRIPTOR, action)


def reason_name(reason: int) -> str:
    """`MINOR` for `REVIEW_REASON_MINOR`."""
    return _short(ReviewReason.DESCRIPTOR, reason)


def reason_words(reason: int) -> str:
    """Why a task was raised or a union refused."""
    name = reason_name(reason)
    return _REASONS.get(name, name)


def flaw_name(kind: int) -> str:
    """`MIXED_SCRIPTS` for `DATA_QUALITY_KIND_MIXED_SCRIPTS`."""
    return _short(DataQualityKind.DESCRIPTOR, kind)


def state_name(enum: EnumDescriptor, state: int) -> str:
    """`RUNNING` for `OPERATION_STATE_RUNNING`."""
    return _short(enum, state)


def choices(enum: EnumDescriptor) -> list[str]:
    """What may be stated of an enum of the contract, as a reader types it: `not-assessed`."""
    return [_short(enum, number).lower().replace("_", "-") for number in sorted(enum.values_by_number) if number]


def number_of(enum: EnumDescriptor, choice: str) -> int:
    """The number of what a reader typed."""
    return enum.values_by_name[f"{_prefix(enum)}{choice.upper().replace('-', '_')}"].number


def verdict_line(verdict: Verdict) -> str:
    """`verdicts/3  STANDING  left and right are SAME (EXAMINER)`."""
    state = _short(VerdictState.DESCRIPTOR, verdict.state)
    kind = _short(VerdictKind.DESCRIPTOR, verdict.kind)
    basis = _short(VerdictBasis.DESCRIPTOR, verdict.basis)
    return f"{verdict.name or 'verdict'}  {state:<9}  {verdict.left} and {verdict.right} are {kind} ({basis})"


def agreement_words(agreement: int) -> str:
    """`not comparable` for `AGREEMENT_NOT_COMPARABLE`."""
    return _short(Agreement.DESCRIPTOR, agreement).lower().replace("_", " ")


def justification_name(justification: int) -> str:
    """`not assessed` for `JUSTIFICATION_NOT_ASSESSED`."""
    return _short(Justification.DESCRIPTOR, justification).lower().replace("_", " ")


def second_person_words(reason: int) -> str:
    """Why a second person has to agree."""
    name = _short(SecondPersonReason.DESCRIPTOR, reason)
    return _SECOND_PERSON.get(name, name)


def _short(enum: EnumDescriptor, number: int) -> str:
    """`SPLIT` for `DECISION_KIND_SPLIT`; the number for a value that this version does not know."""
    known = enum.values_by_number.get(number)
    return known.name.removeprefix(_prefix(enum)) if known else str(number)


def _prefix(enum: EnumDescriptor) -> str:
    return enum.values_by_number[0].name.removesuffix("UNSPECIFIED")


def link_words(link: Link) -> str:
    """`left - right  +12.34 bits`."""
    return f"{link.left} - {link.right}  {bits(link.match_weight)}"


def bits(weight: float) -> str:
    """A weight with its sign and unit."""
    return f"{weight:+.2f} bits"


def full_name(name: str, collection: str) -> str:
    """`identities/7` for `7`; a name that has its collection stays."""
    return name if "/" in name else f"{collection}/{name}"

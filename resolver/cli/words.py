"""Codes of the contract in words, and the short form of names."""

from __future__ import annotations

from ftf.resolution.v1.data_quality_pb2 import DataQualityKind
from ftf.resolution.v1.decision_pb2 import DecisionKind, Link, ReviewReason

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
    "NAMES_DISAGREE": "the weight suffices, but the names disagree and no document or biometric reference is common",
    "VERDICT": "a verdict says that they are different people",
    "WEAK_BRIDGE": "one weak link stands between two groups whose other records do not support it",
}


def kind_name(kind: int) -> str:
    """`SPLIT` for `DECISION_KIND_SPLIT`; the number for a kind that this version does not know."""
    if kind not in DecisionKind.values():
        return str(kind)
    return DecisionKind.Name(DecisionKind.ValueType(kind)).removeprefix("DECISION_KIND_")


def reason_words(reason: int) -> str:
    """Why a task was raised or a union refused."""
    if reason not in ReviewReason.values():
        return str(reason)
    name = ReviewReason.Name(ReviewReason.ValueType(reason)).removeprefix("REVIEW_REASON_")
    return _REASONS.get(name, name)


def flaw_name(kind: int) -> str:
    """`MIXED_SCRIPTS` for `DATA_QUALITY_KIND_MIXED_SCRIPTS`; the number for a kind that this version does not know."""
    if kind not in DataQualityKind.values():
        return str(kind)
    return DataQualityKind.Name(DataQualityKind.ValueType(kind)).removeprefix("DATA_QUALITY_KIND_")


def link_words(link: Link) -> str:
    """`left - right  +12.34 bits`."""
    return f"{link.left} - {link.right}  {bits(link.match_weight)}"


def bits(weight: float) -> str:
    """A weight with its sign and unit."""
    return f"{weight:+.2f} bits"


def full_name(name: str, collection: str) -> str:
    """`identities/7` for `7`; a name that has its collection stays."""
    return name if "/" in name else f"{collection}/{name}"

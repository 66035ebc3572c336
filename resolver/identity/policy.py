"""Policies: data that say when evidence merges, when a person decides, and which rules refuse."""

from __future__ import annotations

from dataclasses import dataclass

from resolver.domain.decision import ReviewReason


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds are match weights in bits; `refusals` are the conflicts that forbid a merge without a person."""

    name: str
    merge_weight: float
    review_weight: float
    refusals: frozenset[ReviewReason]


STANDARD = Policy(
    name="policies/standard",
    merge_weight=8.0,
    review_weight=-2.0,
    refusals=frozenset(
        {
            ReviewReason.BIOMETRICS_EXCLUDED,
            ReviewReason.BIRTH_DATES_CONFLICT,
            ReviewReason.DOCUMENTS_CONFLICT,
            ReviewReason.SEX_CONFLICT,
            ReviewReason.MINOR,
        }
    ),
)
"""The match weight decides, rules refuse."""

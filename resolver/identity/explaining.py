"""Why a pair of records came out as it did."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from resolver.domain.decision import ReviewReason
from resolver.domain.pair_outcome import PairOutcome
from resolver.domain.verdict import VerdictKind
from resolver.identity.conflicts import Facts, conflicts
from resolver.identity.link_table import LinkOutcome
from resolver.identity.partition import Pair
from resolver.identity.policy import Policy


def refusals(one: Facts, other: Facts, pair: Pair, policy: Policy) -> tuple[ReviewReason, ...]:
    """The rules that forbid two records to unite, whatever their weight."""
    grave = tuple(islice((each for each in conflicts(one, other) if policy.refuses(each, pair.weight, pair.cell)), 1))
    if policy.outcome(pair.cell) is LinkOutcome.REVIEW:
        return (*grave, ReviewReason.IDENTITY_DATA_DIFFER)
    by_weight = policy.outcome(pair.cell) is LinkOutcome.BY_WEIGHT
    return (*grave, ReviewReason.NAMES_DISAGREE) if by_weight and not pair.identifying else grave


def pair_outcome(
    pair: Pair,
    policy: Policy,
    refused_by: Collection[ReviewReason],
    verdict: VerdictKind | None,
    *,
    candidate: bool,
    together: bool,
) -> PairOutcome:
    """What came of a pair.

    Args:
        pair: the pair with its weight.
        policy: the policy that decides.
        refused_by: what `refusals` gives for it.
        verdict: what the verdict that decides on the pair says; None without one.
        candidate: whether the two share a blocking key.
        together: whether they are in one identity.
    """
    if verdict is not None:
        return PairOutcome.VERDICT_SAME if verdict is VerdictKind.SAME else PairOutcome.VERDICT_DIFFERENT
    alone = pair.merges(policy) and not refused_by and candidate
    if together:
        return PairOutcome.MERGES if alone else PairOutcome.UNITED_BY_OTHERS
    if not candidate:
        return PairOutcome.NOT_COMPARED
    if pair.outcome(policy) is LinkOutcome.NOTHING:
        return PairOutcome.BELOW_REVIEW
    if refused_by and (pair.weight >= policy.merge_weight or pair.merges(policy)):
        return PairOutcome.REFUSED
    return PairOutcome.APART_BY_GROUP if alone else PairOutcome.REVIEW


def is_decisive(contribution: float, weight: float, policy: Policy) -> bool:
    """Whether a match weight would lie on the other side of a threshold without a part of it; all in bits."""
    thresholds = policy.merge_weight, policy.review_weight
    return any((weight >= threshold) != (weight - contribution >= threshold) for threshold in thresholds)

"""Policies: data that say when evidence merges, when a person decides, and which rules refuse."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, log2

from resolver.domain.decision import ReviewReason
from resolver.domain.link_cell import CELLS, Documents
from resolver.domain.verdict import SecondPersonReason
from resolver.identity.link_table import NAMED, LinkOutcome


@dataclass(frozen=True, slots=True)
class Bridge:
    """A pair `below` this weight, in bits, unites two groups only if at least the share `support` of all pairs between
    them, from 0 to 1, speaks for it.
    """

    below: float
    support: float


@dataclass(frozen=True, slots=True)
class Policy:
    """When evidence merges by itself.

    Thresholds are match weights in bits. `refusals` are the conflicts that forbid a merge without a person; sexes that
    contradict are outweighed from `outweighing` on, and other conflicts by some bits more. `bridges` say how much
    support a pair needs to unite two groups, by its weight, the lowest first; a pair from `support_weight` on is
    support. A record that is good for two groups that must not be one joins the one to which it is closer by
    `ambiguity_margin` bits.
    """

    name: str
    merge_weight: float
    review_weight: float
    support_weight: float
    bridges: tuple[Bridge, ...]
    outweighing: float
    ambiguity_margin: float
    refusals: frozenset[ReviewReason]
    unnamed: LinkOutcome
    second_person: frozenset[SecondPersonReason]
    model_approvals: int = 2
    """Different persons who have to approve of a model before a plan of re-resolution may use it."""

    @property
    def firm_weight(self) -> float:
        """The weight from which a pair needs no support, in bits."""
        return max((bridge.below for bridge in self.bridges), default=-inf)

    def support_needed(self, weight: float) -> float:
        """The share of all pairs between two groups that has to speak for a pair of this weight which unites them."""
        return next((bridge.support for bridge in self.bridges if weight < bridge.below), 0.0)

    def refuses(self, reason: ReviewReason, weight: float, cell: int) -> bool:
        """Whether a conflict forbids a merge by a pair of this weight and cell."""
        return reason in self.refusals and not self.outweighs(weight, cell, reason)

    def outweighs(self, weight: float, cell: int, reason: ReviewReason) -> bool:
        """Whether a pair of this weight and cell speaks louder than a conflict. The weight counts it already.

        Sexes may contradict by a slip of the pen. Dates of birth and fathers' names do so by a mistake in a record
        where the document is the same; a rare name alone is no proof. Documents valid at once are outweighed where all
        else agrees.
        """
        match reason:
            case ReviewReason.SEX_CONFLICT:
                return weight >= self.outweighing
            case ReviewReason.BIRTH_DATES_CONFLICT | ReviewReason.FATHERS_CONFLICT:
                same_document = CELLS[cell].document is Documents.SAME
                return same_document and weight >= self.outweighing + _BEYOND_WITH_DOCUMENT
            case ReviewReason.DOCUMENTS_CONFLICT:
                return weight >= self.outweighing + _BEYOND_FOR_DOCUMENTS
            case _:
                return False

    def outcome(self, cell: int) -> LinkOutcome:
        """What the link table makes of a pair in this cell."""
        return NAMED.get(cell, self.unnamed)

    def fingerprint(self) -> str:
        """The policy's name and all of its values, for a store to keep."""
        values = [self.merge_weight, self.review_weight, self.support_weight, self.outweighing, self.ambiguity_margin]
        values += [value for bridge in self.bridges for value in (bridge.below, bridge.support)]
        rules = ",".join(sorted(reason.name for reason in self.refusals))
        return f"{self.name} {' '.join(map(repr, values))} {rules} {self.unnamed.name}"


def with_thresholds(policy: Policy, merge_weight: float | None, review_weight: float | None) -> Policy:
    """The policy with other thresholds, which its name then states."""
    chosen = {"merge": (policy.merge_weight, merge_weight), "review": (policy.review_weight, review_weight)}
    given = {name: value for name, (present, value) in chosen.items() if value is not None and value != present}
    if not given:
        return policy
    base, *stated = policy.name.split("+")
    parts = dict(part.split("=") for part in stated) | {name: f"{value:g}" for name, value in given.items()}
    return replace(
        policy,
        name="+".join((base, *(f"{name}={value}" for name, value in parts.items()))),
        merge_weight=given.get("merge", policy.merge_weight),
        review_weight=given.get("review", policy.review_weight),
    )


def changed(
    present: Policy, name: str | None, holding: int | None, merge_weight: float | None, review_weight: float | None
) -> Policy:
    """The policy in force with what is given of another one; None is left as it is.

    Args:
        present: The policy in force.
        name: A shipped policy, one of `POLICIES`.
        holding: Records in the holding that it is for; without, the smallest. Belongs to a name.
        merge_weight: Another merge threshold, in bits.
        review_weight: Another review threshold, in bits.
    """
    base = present if name is None else for_holding(POLICIES[name], holding or SMALL_HOLDING)
    return with_thresholds(base, merge_weight, review_weight)


_BEYOND_WITH_DOCUMENT, _BEYOND_FOR_DOCUMENTS = 4.0, 10.0
"""Bits by which a pair that outweighs such a conflict exceeds what outweighs sexes."""
SMALL_HOLDING = 20_000
"""Records in the holding that a policy's thresholds are stated for."""


def for_holding(policy: Policy, records: int) -> Policy:
    """The policy for a holding that will have so many records, with the same odds at each threshold.

    Weights start from the odds that two random records match in a holding of `SMALL_HOLDING` records.
    In a larger one a record meets more strangers, so the same weight means lower odds: twice the
    records, one bit more.
    """
    if records <= SMALL_HOLDING:
        return policy
    bits = log2(records / SMALL_HOLDING)
    return replace(
        policy,
        name=f"{policy.name}@{records}",
        merge_weight=policy.merge_weight + bits,
        review_weight=policy.review_weight + bits,
        support_weight=policy.support_weight + bits,
        bridges=tuple(replace(bridge, below=bridge.below + bits) for bridge in policy.bridges),
        outweighing=policy.outweighing + bits,
    )


_REFUSALS = frozenset(
    {
        ReviewReason.BIOMETRICS_EXCLUDED,
        ReviewReason.BIRTH_DATES_CONFLICT,
        ReviewReason.DOCUMENTS_CONFLICT,
        ReviewReason.SEX_CONFLICT,
        ReviewReason.FATHERS_CONFLICT,
        ReviewReason.MINOR,
    }
)

_SECOND_PERSON = frozenset(
    {SecondPersonReason.MINOR, SecondPersonReason.OWNERS_DISAGREE, SecondPersonReason.CONFIRMED_IDENTITY}
)

STANDARD = Policy(
    name="policies/standard",
    merge_weight=5.0,
    review_weight=-2.0,
    support_weight=4.0,
    bridges=(Bridge(below=10.0, support=0.6), Bridge(below=24.0, support=0.35)),
    outweighing=14.0,
    ambiguity_margin=3.0,
    refusals=_REFUSALS,
    unnamed=LinkOutcome.BY_WEIGHT,
    second_person=_SECOND_PERSON,
)
"""The match weight decides, rules refuse. Review begins at odds of one to four, merging at 32 to one.

How these were chosen is in `docs/adr/0005-thresholds.md`.
"""

STRICT = replace(STANDARD, name="policies/strict", unnamed=LinkOutcome.NOTHING)
"""Only the link table decides: biographic agreement alone never merges, and asks no person to look."""

POLICIES = {policy.name: policy for policy in (STANDARD, STRICT)}
"""The shipped policies by their names."""


def shipped_policy(fingerprint: str) -> Policy | None:
    """The shipped policy, for whichever holding, that has a fingerprint."""
    found = policy_called(fingerprint)
    return found if found is not None and found.fingerprint() == fingerprint else None


def policy_called(fingerprint: str) -> Policy | None:
    """The shipped policy of the name in a fingerprint, for whichever holding; an earlier version had other values."""
    base, _, records = fingerprint.split(" ", 1)[0].partition("@")
    found = POLICIES.get(base)
    return for_holding(found, int(records)) if found is not None and records.isdecimal() else found

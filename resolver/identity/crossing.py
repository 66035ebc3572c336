"""Links that cross from one grouping to another: why records came together, and what had united those that parted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from resolver.identity.evidence import MOST_LINKS
from resolver.identity.partition import Pair
from resolver.identity.policy import Policy


def crossing(
    pairs: Iterable[Pair], policy: Policy, together: Mapping[int, int], apart: Mapping[int, int]
) -> tuple[Pair, ...]:
    """The merging pairs whose records are in one identity of `together`, but not of `apart`, strongest first."""
    found = [
        pair
        for pair in pairs
        if pair.merges(policy)
        and together.get(pair.left) == together.get(pair.right) is not None
        and apart.get(pair.left) != apart.get(pair.right)
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.weight, pair.left, pair.right))[:MOST_LINKS])

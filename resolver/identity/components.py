"""Components of a whole holding: records that merging pairs and SAME verdicts hang together by."""

from __future__ import annotations

from collections.abc import Iterable

from resolver.identity.partition import Pair
from resolver.identity.policy import Policy
from resolver.identity.verdicts import NO_RULINGS, Rulings


def components(
    records: Iterable[int], pairs: Iterable[Pair], policy: Policy, rulings: Rulings = NO_RULINGS
) -> dict[int, int]:
    """The smallest record of each record's component, in the order of `records`. No rule looks beyond a component."""
    parent = {record: record for record in records}

    def root(record: int) -> int:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    def unite(left: int, right: int) -> None:
        one, other = root(left), root(right)
        parent[max(one, other)] = min(one, other)

    for pair in pairs:
        if pair.merges(policy):
            unite(pair.left, pair.right)
    for one, others in rulings.same.items():
        for other in others:
            if {one, other} <= parent.keys():
                unite(one, other)
    return {record: root(record) for record in parent}

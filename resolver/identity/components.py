"""Components of a whole holding: records that merging pairs and SAME verdicts hang together by."""

from __future__ import annotations

import numpy as np

from resolver.identity.pairs import Numbers, Pairs
from resolver.identity.verdicts import NO_RULINGS, Rulings


def components(records: Numbers, merging: Pairs, rulings: Rulings = NO_RULINGS) -> Numbers:
    """The smallest record of each record's component, in the order of `records`, which rise.

    `merging` are pairs of these, all of which count. No rule looks beyond a component.
    """
    same = [(one, other) for one, others in rulings.same.items() for other in others if one < other]
    judged = np.array(same, np.int64).reshape(-1, 2)
    judged = judged[np.isin(judged, records).all(axis=1)]
    one = np.searchsorted(records, np.concatenate([merging.left, judged[:, 0]]))
    other = np.searchsorted(records, np.concatenate([merging.right, judged[:, 1]]))
    return records[_roots(len(records), one, other)]


def _roots(size: int, one: Numbers, other: Numbers) -> Numbers:
    """The smallest place of each place's component, by the edges between `one` and `other`."""
    root = np.arange(size)
    while one.size:
        lower, higher = np.minimum(root[one], root[other]), np.maximum(root[one], root[other])
        apart = lower != higher
        one, other = one[apart], other[apart]
        np.minimum.at(root, higher[apart], lower[apart])
        while not np.array_equal(further := root[root], root):
            root = further
    return root

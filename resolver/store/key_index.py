"""From keys to slots: sorted runs in memory, so that a look-up costs the logarithm of the holding and no scan of it.

A log-structured merge of numpy arrays (O'Neil and others, "The Log-Structured Merge-Tree", 1996): new keys come as a
small sorted run, and runs of like size are merged, so that there are few.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Slots = NDArray[np.int32]

_GROWTH = 4
"""A run is merged with the one before unless that is so many times larger."""
_MANY = 100_000
_NONE = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class _Run:
    """Keys in rising order, each with its slot."""

    keys: Keys
    slots: Slots


@dataclass(frozen=True, slots=True)
class KeyIndex:
    """A value: adding gives another index, so that an older one can be kept to return to.

    Keys are whole numbers from 0 to 2^63 - 1; one may have many slots, and a slot many keys. At most 2^31 slots.
    """

    runs: tuple[_Run, ...] = ()

    def added(self, keys: Keys, slots: Slots) -> KeyIndex:
        """The index with further keys, of the same length as their slots."""
        if not len(keys):
            return self
        order = rising(keys)
        return KeyIndex((*self.runs, _Run(keys[order], slots[order])))

    def added_rising(self, keys: Keys, slots: Slots) -> KeyIndex:
        """The index with further keys that rise already. The arrays are kept as they are."""
        return KeyIndex((*self.runs, _Run(keys, slots))) if len(keys) else self

    def merged(self) -> KeyIndex:
        """The same index in few runs, each much larger than the next."""
        runs = list(self.runs)
        while len(runs) > 1 and len(runs[-2].keys) < _GROWTH * len(runs[-1].keys):
            last, before = runs.pop(), runs.pop()
            runs.append(_merge(before, last))
        return KeyIndex(tuple(runs))

    def only(self, live: NDArray[np.bool_]) -> KeyIndex:
        """The index without the keys of slots that are not live."""
        kept = [(run, live[run.slots]) for run in self.runs]
        return KeyIndex(tuple(_Run(run.keys[which], run.slots[which]) for run, which in kept if which.any()))

    def find(self, keys: Keys) -> tuple[NDArray[np.int64], Slots]:
        """For every slot of each key: the key's place in `keys`, and the slot; in no order."""
        found = [_find(run, keys) for run in self.runs] if len(keys) else []
        if not found:
            return _NONE
        places, slots = zip(*found, strict=True)
        return np.concatenate(places), np.concatenate(slots)


def rising(keys: Keys) -> NDArray[np.int64]:
    """The places of keys in rising order of the keys.

    Sorting numbers takes a tenth of the time of sorting places by them: so the low bits of each key give way to its
    place, and where keys of the same high bits do not rise then, they are sorted anew. Of hashes that are few.
    """
    if len(keys) < _MANY:
        return np.argsort(keys, kind="stable")
    places = (1 << len(keys).bit_length()) - 1
    packed = keys & ~places
    packed |= np.arange(len(keys))
    packed.sort()
    packed &= places
    found = keys[packed]
    falls = np.flatnonzero(found[1:] < found[:-1])
    if len(falls):
        found &= ~places
        same = np.zeros(len(found) + 1, dtype=np.int8)
        alike = np.unique(found[falls])
        same[np.searchsorted(found, alike, "left")] += 1
        same[np.searchsorted(found, alike, "right")] -= 1
        unsorted = np.flatnonzero(np.cumsum(same[:-1], dtype=np.int8))
        there = packed[unsorted]
        packed[unsorted] = there[np.argsort(keys[there], kind="stable")]
    return packed


def _merge(one: _Run, other: _Run) -> _Run:
    keys = np.concatenate((one.keys, other.keys))
    # Two rising runs: what a stable sort merges in one pass.
    order = np.argsort(keys, kind="stable")
    return _Run(keys[order], np.concatenate((one.slots, other.slots))[order])


def _find(run: _Run, keys: Keys) -> tuple[NDArray[np.int64], Slots]:
    first = np.searchsorted(run.keys, keys, side="left")
    # Most keys are nobody else's: the end of a block is looked for only where it begins.
    hit = np.flatnonzero(run.keys[np.minimum(first, len(run.keys) - 1)] == keys)
    start = first[hit]
    lengths = np.searchsorted(run.keys, keys[hit], side="right") - start
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(hit, lengths), run.slots[np.repeat(start, lengths) + within]

"""What differs between two groupings of the same records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from resolver.domain.decision import DecisionKind


@dataclass(frozen=True, slots=True)
class Move:
    """Records that went from one identity to another; None for new and for withdrawn ones."""

    before: int | None
    after: int | None
    records: tuple[int, ...]


def kind_of(record: int, before: Mapping[int, int], after: Mapping[int, int]) -> DecisionKind:
    """The kind of a decision about a record, told by the identities of some records before and after it."""
    stayed = before.keys() & after.keys()
    joined = _fans_out((after[member], before[member]) for member in stayed)
    parted = _fans_out((before[member], after[member]) for member in stayed)
    if joined and parted:
        return DecisionKind.REGROUPED
    if parted:
        return DecisionKind.SPLIT
    if joined:
        return DecisionKind.MERGED
    if record not in after:
        return DecisionKind.WITHDRAWN if record in before else DecisionKind.UNCHANGED
    if record in before:
        return DecisionKind.UNCHANGED
    alone = all(identity != after[record] for member, identity in after.items() if member != record)
    return DecisionKind.CREATED if alone else DecisionKind.ATTACHED


def _fans_out(edges: Iterable[tuple[int, int]]) -> bool:
    """Whether any first element comes with two different second ones."""
    seen: dict[int, int] = {}
    return any(seen.setdefault(one, other) != other for one, other in edges)


def moves(before: Mapping[int, int], after: Mapping[int, int]) -> tuple[Move, ...]:
    """Which records went from one identity to another."""
    moved: dict[tuple[int | None, int | None], list[int]] = {}
    for member in sorted(before.keys() | after.keys()):
        way = before.get(member), after.get(member)
        if way[0] != way[1]:
            moved.setdefault(way, []).append(member)
    return tuple(Move(one, other, tuple(records)) for (one, other), records in moved.items())

"""Where records went, as one viewer is told it, and what identities that leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Move:
    """By the decision of a sequence a record went to an identity, or out of sight for None.

    `begins`: told of that identity; in one sequence this comes after the end of what was before.
    """

    record: int
    identity: int | None
    sequence: int
    begins: bool


@dataclass(slots=True)
class Grouped:
    """The records of an identity, and the decision by which one last entered or left it."""

    records: list[int] = field(default_factory=list)
    revision: int = 0


def grouped(moves: Iterable[Move], until: int | None = None) -> Mapping[int, Grouped]:
    """Identities by their numbers, with those that have no record any more; as of a decision, or now for None."""
    found: dict[int, Grouped] = {}
    for record, steps in groupby(sorted(moves, key=_in_order), key=lambda move: move.record):
        where: int | None = None
        for move in steps:
            if until is not None and move.sequence > until:
                break
            if move.identity != where:
                for touched in (where, move.identity):
                    if touched is not None:
                        identity = found.setdefault(touched, Grouped())
                        identity.revision = max(identity.revision, move.sequence)
                where = move.identity
        if where is not None:
            found[where].records.append(record)
    return found


def last_stay(moves: Iterable[Move]) -> tuple[int, int] | None:
    """The identity that a record is in or was in last, and the decision by which it came there or left it last."""
    stays = list(_stays(sorted(moves, key=_in_order)))
    return stays[-1] if stays else None


def _stays(moves: Iterable[Move]) -> Iterator[tuple[int, int]]:
    where: int | None = None
    for move in moves:
        if move.identity is not None:
            yield move.identity, move.sequence
        elif where is not None:
            yield where, move.sequence
        where = move.identity


def _in_order(move: Move) -> tuple[int, int, bool]:
    return move.record, move.sequence, move.begins

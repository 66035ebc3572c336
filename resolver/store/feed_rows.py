"""The writing side of the feed: what filters and consumers read of each decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from resolver.domain.decision import Decision
from resolver.identity.neighbourhood import Outcome
from resolver.store.arrow import arrow_table

MARKS: Final = pa.schema(
    [
        ("sequence", pa.int64()),
        ("kind", pa.int8()),
        ("must_undo", pa.bool_()),
        ("countries", pa.list_(pa.string())),
        ("sources", pa.list_(pa.string())),
    ]
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a record is."""

    country: str
    source: str


@dataclass(frozen=True, slots=True)
class CommittedDecision:
    """A decision to be written, the outcome it tells, and the country of the record's former owner, if another."""

    decision: Decision
    outcome: Outcome
    former_country: str = ""

    @property
    def sequence(self) -> int:
        """Its place in the feed."""
        return self.decision.sequence


def concerned_by(decisions: Sequence[CommittedDecision], members: Mapping[int, Collection[int]]) -> list[set[int]]:
    """The records that each decision concerns: the decided one, and all in the identities that it touches.

    Those that a decision moved count in both identities: who left and who joined are concerned as well. `members` are
    those of the touched identities before the first decision.
    """
    now = {identity: set(records) for identity, records in members.items()}
    found = []
    for item in decisions:
        concerned = {item.outcome.record}
        touched = item.outcome.touched
        for identity in touched:
            concerned |= now.setdefault(identity, set())
        for move in item.outcome.moves:
            concerned.update(move.records)
            if move.before is not None:
                now[move.before].difference_update(move.records)
        for move in item.outcome.moves:
            if move.after is not None:
                now[move.after].update(move.records)
        found.append(concerned)
    return found


def marks(
    decisions: Sequence[CommittedDecision], concerned: Sequence[Collection[int]], owners: Mapping[int, Owner]
) -> pa.Table:
    """What filters read of decisions, as `MARKS`."""
    rows = [
        _mark(item, {owners[record] for record in records}) for item, records in zip(decisions, concerned, strict=True)
    ]
    return arrow_table(MARKS, rows)


def _mark(item: CommittedDecision, owners: Collection[Owner]) -> tuple[Any, ...]:
    countries = {owner.country for owner in owners} | ({item.former_country} if item.former_country else set())
    must_undo = bool(item.decision.required_actions)
    sources = {owner.source for owner in owners}
    return item.sequence, item.decision.kind.value, must_undo, sorted(countries), sorted(sources)

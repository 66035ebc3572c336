"""The writing side of the feed: what filters and consumers read of each decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from resolver.domain.audience import EVERYBODY, Audience
from resolver.domain.decision import Decision
from resolver.domain.handling import Viewer
from resolver.identity.neighbourhood import Outcome
from resolver.store.arrow import arrow_table

MARKS: Final = pa.schema(
    [
        ("sequence", pa.int64()),
        ("kind", pa.int8()),
        ("must_undo", pa.bool_()),
        ("countries", pa.string()),
        ("sources", pa.string()),
        ("audience", pa.int32()),
    ]
)
"""Countries and sources are texts with blanks between them: DuckDB's log holds lists whole vectors at a time."""
OWNED: Final = "string_split(countries, ' ') AS countries, string_split(sources, ' ') AS sources"
"""These columns as queries read them."""
ALL_MARKS: Final = f"(SELECT sequence, kind, must_undo, {OWNED} FROM feed_marks)"  # noqa: S608 - constants of this file
"""The marks of all decisions, as a part of queries."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a record is."""

    country: str
    source: str


@dataclass(frozen=True, slots=True)
class ToldDecision:
    """A decision as an audience is told it that does not see all around it; see `identity.telling.Telling`."""

    decision: Decision
    outcome: Outcome
    audience: Audience
    concerned: frozenset[int]
    former_country: str = ""

    @property
    def sequence(self) -> int:
        """Its place in the feed."""
        return self.decision.sequence


@dataclass(frozen=True, slots=True)
class CommittedDecision:
    """A decision to be written, the outcome it tells, and the country of the record's former owner, if another.

    `audience` are told it, and others what stands in `told`.
    """

    decision: Decision
    outcome: Outcome
    former_country: str = ""
    audience: Audience = EVERYBODY
    told: tuple[ToldDecision, ...] = ()

    @property
    def sequence(self) -> int:
        """Its place in the feed."""
        return self.decision.sequence

    def to(self, viewer: Viewer | None) -> Decision | None:
        """The decision as a viewer is told it; None for nothing."""
        if viewer is None or self.audience.includes(viewer):
            return self.decision
        return next((each.decision for each in self.told if each.audience.includes(viewer)), None)


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
    decisions: Sequence[CommittedDecision],
    concerned: Sequence[Collection[int]],
    owners: Mapping[int, Owner],
    audiences: Mapping[int, int],
) -> pa.Table:
    """What filters read of decisions, as `MARKS`; `audiences` has the number of each decision's audience."""
    rows = [
        (item.sequence, *mark(item, {owners[record] for record in records}), audiences[item.sequence])
        for item, records in zip(decisions, concerned, strict=True)
    ]
    return arrow_table(MARKS, rows)


def mark(item: CommittedDecision | ToldDecision, owners: Collection[Owner]) -> tuple[Any, ...]:
    """The values that `MARKS` has of a decision that concerns some owners, without place and audience."""
    countries = {owner.country for owner in owners} | ({item.former_country} if item.former_country else set())
    must_undo = bool(item.decision.required_actions)
    sources = {owner.source for owner in owners}
    return item.decision.kind.value, must_undo, " ".join(sorted(countries)), " ".join(sorted(sources))

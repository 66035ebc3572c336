"""Why records are, or are not, one person: told from what a viewer sees, with the model and policy in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np

from resolver.domain.handling import Viewer
from resolver.domain.link_cell import CELLS
from resolver.identity.conflicts import Facts
from resolver.identity.explaining import is_decisive, pair_outcome, refusals
from resolver.identity.partition import Pair, partition
from resolver.identity.policy import Policy
from resolver.identity.verdicts import deciding, rulings
from resolver.linkage.compared_pairs import ComparedRecords
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import Model
from resolver.linkage.scorer import CompiledScorer, compile_scorer, level_of
from resolver.store import queries
from resolver.store.facts_rows import facts_from_row
from resolver.store.judgements import Judgements
from resolver.store.reading import Reading
from resolver.store.receipts import keys_of, link
from resolver.store.seen import SeenIdentities
from resolver.store.sight import Sight
from resolver.store.views import (
    ComparisonLevel,
    IdentityExplanation,
    PairExplanation,
    StatedIdentity,
    StoredIdentity,
    StoredRecord,
)


class Stored(Protocol):
    """What is read of records and identities besides."""

    judgements: Judgements

    def record(self, name: str, as_of: datetime | None = None, viewer: Viewer | None = None) -> StoredRecord | None:
        """A record in its current version."""

    def identity(self, name: str, as_of: datetime | None = None, viewer: Viewer | None = None) -> StoredIdentity | None:
        """The identity that bears a name."""

    def records_of(self, identity: StoredIdentity, viewer: Viewer | None = None) -> tuple[StoredRecord, ...]:
        """The records that are in an identity, the oldest first."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """What pairs are explained by."""

    policy: Policy
    scorer: CompiledScorer


class Explanations:
    """Explains pairs and identities, with the queries of a reader."""

    def __init__(self, reading: Reading, stored: Stored, seen: SeenIdentities, model: Model, policy: Policy) -> None:
        self._reading = reading
        self._stored = stored
        self._seen = seen
        self.resolve_with(model, policy)

    def resolve_with(self, model: Model, policy: Policy) -> None:
        """Explains by another model and policy from now on."""
        self._measure = _Measure(policy, compile_scorer(model, queries.ONE_PAIR))

    def stated(self, name: str, viewer: Viewer | None = None) -> StatedIdentity | None:
        """The identity that bears a name now, with what its records state."""

        def read(sight: Sight | None) -> StatedIdentity | None:
            identity = self._stored.identity(name, viewer=viewer)
            if identity is None:
                return None
            records = self._stored.records_of(identity, viewer)
            facts, _ = self._facts([record.number for record in records], sight)
            return StatedIdentity(identity, records, facts)

        with self._reading.snapshot():
            return self._reading.seen_by(viewer, read)

    def pair(self, left: str, right: str, viewer: Viewer | None = None) -> PairExplanation | None:
        """Why two present records are, or are not, one person; None when one of them is not there."""
        measure = self._measure

        def read(sight: Sight | None) -> PairExplanation | None:
            one, other = self._stored.record(left, viewer=viewer), self._stored.record(right, viewer=viewer)
            if one is None or other is None or one.withdrawn or other.withdrawn:
                return None
            facts, identities = self._facts([one.number, other.number], sight)
            numbers = min(one.number, other.number), max(one.number, other.number)
            scored = self._reading.named_rows(measure.scorer.sql, self._compared(numbers))[0]
            pair = Pair(*numbers, scored["match_weight"], scored["identifying"], scored["cell"])
            refused_by = refusals(facts[one.number], facts[other.number], pair, measure.policy)
            keys = tuple(row[0] for row in self._reading.rows(queries.SHARED_KEYS, [one.number, other.number]))
            connected = self._stored.judgements.connected(numbers, viewer)
            judged = [ruling for ruling in connected if ruling.pair == numbers]
            if sight is not None:
                identities = {number: self._seen.of_record(number, sight) for number in numbers}
            together = identities[one.number] == identities[other.number]
            return PairExplanation(
                left=one,
                right=other,
                comparisons=tuple(_comparison_levels(scored, measure.policy)),
                prior_weight=measure.scorer.prior_weight,
                match_weight=pair.weight,
                merge_threshold=measure.policy.merge_weight,
                review_threshold=measure.policy.review_weight,
                shared_key_families=keys,
                same_identity=together,
                refusals=refused_by,
                cell=CELLS[pair.cell],
                verdicts=tuple(self._stored.judgements.between(left, right)),
                outcome=pair_outcome(
                    pair,
                    measure.policy,
                    refused_by,
                    deciding(judged)[0].kind if judged else None,
                    candidate=bool(keys),
                    together=together,
                ),
            )

        with self._reading.snapshot():
            return self._reading.seen_by(viewer, read)

    def identity(self, name: str, now: datetime, viewer: Viewer | None = None) -> IdentityExplanation | None:
        """How the identity that bears a name now was built; `now` is for what is due and claimed."""

        def read(sight: Sight | None) -> IdentityExplanation | None:
            identity = self._stored.identity(name, viewer=viewer)
            if identity is None:
                return None
            members, pairs = self._within(identity.number, sight)
            facts, _ = self._facts(members, sight)
            judged = rulings(self._stored.judgements.connected(members, viewer))
            built = partition(members, pairs, facts, self._measure.policy, judged)
            keys = keys_of(facts)
            return IdentityExplanation(
                identity=identity,
                uniting_links=tuple(link(pair, keys) for pair in built.uniting),
                open_review_tasks=tuple(self._stored.judgements.tasks_of(identity.number, now, viewer)),
                verdicts=tuple(self._stored.judgements.standing_on(identity.records, viewer)),
            )

        with self._reading.snapshot():
            return self._reading.seen_by(viewer, read)

    def _compared(self, numbers: tuple[int, int]) -> list[Any]:
        """A pair of records as `compared_pairs.PAIRS`."""
        records = ComparedRecords([self._reading.table(queries.COMPARED, numbers)])
        left, right = np.array([numbers]).T
        (pair,) = records.pairs(left, right).to_pylist()
        return list(pair.values())

    def _within(self, identity: int, sight: Sight | None) -> tuple[list[int], list[Pair]]:
        """The records that are in an identity now, and the pairs between them."""
        if sight is None:
            members = [row[0] for row in self._reading.rows(queries.MEMBERS, [identity])]
            rows = self._reading.rows(queries.PAIRS_WITHIN, [identity, identity])
        else:
            members = self._seen.members(identity, sight)
            rows = self._reading.rows(queries.PAIRS_BETWEEN, [members])
        return members, [Pair(*row) for row in rows]

    def _facts(self, numbers: Sequence[int], sight: Sight | None) -> tuple[dict[int, Facts], dict[int, int | None]]:
        """What present records state, and for who sees everything the identities that they are in."""
        rows = self._reading.rows(queries.FACTS if sight is None else queries.FACTS_ALONE, [list(numbers)])
        facts = {number: facts_from_row(name, tuple(rest)) for number, name, _, *rest in rows}
        return facts, {row[0]: row[2] for row in rows}


def _comparison_levels(scored: dict[str, Any], policy: Policy) -> Iterable[ComparisonLevel]:
    for comparison in COMPARISONS:
        weight, adjustment = scored[f"mw_{comparison.name}"], scored[f"mw_tf_{comparison.name}"]
        level = level_of(comparison, scored[f"gamma_{comparison.name}"])
        yield ComparisonLevel(
            comparison=comparison.name,
            level_code=comparison.code(level) if level else f"{comparison.name}.nothing_to_compare",
            match_weight=weight,
            term_frequency_adjustment=adjustment,
            decisive=is_decisive(weight + adjustment, scored["match_weight"], policy),
        )

"""More made-up sets of the ordinary world than one: a few unions of groups decide the precision of each.

Of 20,000 records a dozen wrong unions make most of the wrong pairs, so sets of one size and one kind differ by ten
times. What is asked is therefore looked at over all of their pairs together, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.made_up import Progress, made_up_set, resolved
from resolver.jobs.evaluation import Evaluation, PairFigures, evaluate
from resolver.linkage.model import Model


@dataclass(frozen=True, slots=True)
class SeedFigures:
    """How the set of a seed was resolved."""

    seed: int
    evaluation: Evaluation


def seed_figures(seed: int, records: int, model: Model, progress: Progress) -> SeedFigures:
    """Makes, resolves and judges a set."""
    progress(f"seed {seed}")
    made = made_up_set("ordinary world", seed, records, model)
    batch = resolved(made, model, lambda _: None)
    return SeedFigures(seed, evaluate(made.truth, batch.identity_of(), batch.open_reviews()))


def together(sets: Sequence[SeedFigures]) -> tuple[PairFigures, float]:
    """The pairs of several sets, and the share of true ones that are merged or in review."""
    pairs = [each.evaluation.pairs for each in sets]
    true, merged, right = (sum(counts) for counts in zip(*((p.true, p.merged, p.right) for p in pairs), strict=True))
    before_somebody = right + sum(each.evaluation.true_pairs_in_review for each in sets)
    return PairFigures(true, merged, right), before_somebody / true if true else 1.0

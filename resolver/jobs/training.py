"""From a file of records, and perhaps a truth or verdicts, to a model folder with its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from math import log2
from pathlib import Path

import numpy as np

from resolver.domain.comparable import ComparableRecord
from resolver.identity.policy import SMALL_HOLDING
from resolver.jobs.batch import scored_candidates
from resolver.jobs.corpus import Corpus
from resolver.jobs.labels import Labels
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.corrections import JudgedPairs, corrected
from resolver.linkage.model import Model, save_model
from resolver.linkage.model_library import write_manifest
from resolver.linkage.term_frequencies import REFERENCE_HOLDING
from resolver.linkage.training import Progress, Trained, train
from resolver.standardise.record import VERSION

# In one order, so that sums over pairs, and with them the model, are the same each time.
_SCORED = f"""
SELECT left_number, right_number, match_weight, {", ".join(f"gamma_{comparison.name}" for comparison in COMPARISONS)}
FROM scored ORDER BY left_number, right_number
"""  # noqa: S608 - constants of the definition
FEWEST_SAME = 100
"""Verdicts SAME that are enough to count m from them."""


class TooFewLabels(Exception):
    """The verdicts are too few to count m from; the message says how many there are."""


def prior_of(other_records_of_a_person: float) -> float:
    """The probability that two random records of a small holding match; see `identity.policy.for_holding`."""
    return other_records_of_a_person / (SMALL_HOLDING - 1)


def other_records(persons: Iterable[str]) -> float:
    """How many other records of its person a record has, on average."""
    sizes = Counter(persons).values()
    return sum(size * (size - 1) for size in sizes) / sum(sizes)


def train_model(
    corpus: Corpus,
    labels: Labels | None,
    parent: Path,
    day: date,
    *,
    other_records_of_a_person: float,
    sampled_pairs: float,
    seed: int,
    progress: Progress,
    holding: int = REFERENCE_HOLDING,
) -> tuple[Path, Trained]:
    """Trains a model, writes its folder under `parent`, and returns the folder with what training learned.

    m is counted from the persons of the corpus where they are known, or else from `labels`, or else estimated. Where
    the persons are known, weights are then corrected until they are right together, see `linkage.corrections`.

    Args:
        corpus: at least some thousand records.
        labels: verdicts on pairs of its records. Those of DIFFERENT do not enter the model: pairs that somebody looked
            at are not like random pairs of strangers.
        parent: where the folder is made.
        day: the day in the folder's name.
        other_records_of_a_person: for the prior, where there is no truth.
        sampled_pairs: random pairs to sample u from.
        seed: seed of the samples.
        progress: told what is being done.
        holding: records of the holding that the model is for.

    Raises:
        TooFewLabels: fewer than `FEWEST_SAME` verdicts say SAME.
    """
    if labels is not None and len(labels.same) < FEWEST_SAME:
        raise TooFewLabels(f"{len(labels.same)} verdicts say SAME; at least {FEWEST_SAME} are needed")
    if corpus.persons is not None:
        other_records_of_a_person = other_records(corpus.persons)
    prior = prior_of(other_records_of_a_person)
    trained = train(
        corpus.records,
        corpus.persons,
        prior,
        sampled_pairs=sampled_pairs,
        seed=seed,
        progress=progress,
        same=labels.same if labels else (),
        holding=holding,
    )
    if corpus.persons is not None:
        trained = _corrected(trained, prior, corpus.records, corpus.persons, progress)
    description: dict[str, str | int | float] = {
        "records": len(corpus.records),
        "method": _method(corpus, labels),
        "sampled_pairs": sampled_pairs,
        "seed": seed,
        "standardiser_version": VERSION,
        "reference_holding": SMALL_HOLDING,
        "other_records_of_a_person": round(other_records_of_a_person, 4),
    }
    folder = save_model(parent, day.isoformat(), prior, trained.levels, trained.frequencies, description)
    write_manifest(folder)
    return folder, trained


def _corrected(
    trained: Trained, prior: float, records: Sequence[ComparableRecord], persons: Sequence[str], progress: Progress
) -> Trained:
    """What was learned, with weights that fit the candidate pairs of the corpus."""
    connection, _ = scored_candidates(records, Model("", prior, trained.levels, trained.frequencies, {}), progress)
    progress("correcting weights")
    with connection:
        rows = connection.execute(_SCORED).fetchnumpy()
    left, right, weights, *vectors = (np.asarray(column) for column in rows.values())
    person = np.unique(persons, return_inverse=True)[1]
    # The prior is that of a small holding; among more records odds are lower.
    odds = weights - log2(len(records) / SMALL_HOLDING)
    pairs = JudgedPairs(np.column_stack(vectors).astype(np.int64), odds, person[left] == person[right])
    return replace(trained, levels=corrected(trained.levels, pairs))


def _method(corpus: Corpus, labels: Labels | None) -> str:
    if corpus.persons is not None:
        return "counted from a truth, weights corrected"
    return "expectation maximisation" if labels is None else f"counted from {len(labels.same)} verdicts"

"""From a file of records, and perhaps a truth, to a model folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from resolver.domain.record import Record
from resolver.identity.policy import SMALL_HOLDING
from resolver.linkage.model import save_model
from resolver.linkage.training import Progress, train
from resolver.standardise.record import VERSION, standardise


def prior_of(other_records_of_a_person: float) -> float:
    """The probability that two random records of a small holding match; see `identity.policy.for_holding`."""
    return other_records_of_a_person / (SMALL_HOLDING - 1)


def other_records(persons: Iterable[str]) -> float:
    """How many other records of its person a record has, on average."""
    sizes = Counter(persons).values()
    return sum(size * (size - 1) for size in sizes) / sum(sizes)


def train_model(
    records: Iterable[Record],
    truth: Mapping[str, str] | None,
    parent: Path,
    day: date,
    *,
    other_records_of_a_person: float,
    sampled_pairs: float,
    seed: int,
    progress: Progress,
) -> Path:
    """Trains a model and writes its folder under `parent`.

    Args:
        records: at least some thousand records.
        truth: the person of each record by record name; None: m is estimated without one.
        parent: where the folder is made.
        day: the day in the folder's name.
        other_records_of_a_person: for the prior, where there is no truth.
        sampled_pairs: random pairs to sample u from.
        seed: seed of the sample.
        progress: told what is being done.
    """
    progress("standardising")
    comparable, names = [], []
    for record in records:
        comparable.append(standardise(record))
        names.append(record.name)
    persons = None if truth is None else [truth[name] for name in names]
    if persons is not None:
        other_records_of_a_person = other_records(persons)
    prior = prior_of(other_records_of_a_person)
    trained = train(comparable, persons, prior, sampled_pairs=sampled_pairs, seed=seed, progress=progress)
    description: dict[str, str | int | float] = {
        "records": len(comparable),
        "method": "expectation maximisation" if persons is None else "counted from a truth",
        "sampled_pairs": sampled_pairs,
        "seed": seed,
        "standardiser_version": VERSION,
        "reference_holding": SMALL_HOLDING,
        "other_records_of_a_person": round(other_records_of_a_person, 4),
    }
    return save_model(parent, day.isoformat(), prior, trained.levels, trained.frequencies, description)

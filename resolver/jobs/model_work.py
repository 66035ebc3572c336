"""Training a model and trying one out, as work for a process of its own. All that is handed over can be pickled."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from resolver.domain.errors import ErrorReason, Refused
from resolver.domain.record import Record
from resolver.identity.policy import Policy
from resolver.jobs.beside import Tell
from resolver.jobs.corpus import Corpus, CorpusInvalid, corpus_of
from resolver.jobs.evaluation_json import as_json
from resolver.jobs.labels import LabelsInvalid, read_labels
from resolver.jobs.report import judge
from resolver.jobs.training import TooFewLabels, train_model
from resolver.jobs.truth import TruthInvalid, read_truth
from resolver.linkage.model import Model
from resolver.linkage.training import NothingToLearnFrom

ReadRecords = Callable[[Path], Iterable[Record]]
"""Reads a file of records; raises CorpusInvalid."""


@dataclass(frozen=True, slots=True)
class Training:
    """What a model is to be trained on; `unfinished` is a folder of this work alone, which is removed at its end."""

    records: Path
    truth: Path | None
    labels: Path | None
    sampled_pairs: float
    other_records_of_a_person: float
    seed: int
    day: date
    unfinished: Path
    into: Path


@dataclass(frozen=True, slots=True)
class Trying:
    """What a model is to be tried out on, and by which policy."""

    records: Path
    truth: Path
    model: Model
    policy: Policy


def train_in_folder(training: Training, read: ReadRecords, tell: Tell) -> str:
    """Trains a model and puts its folder, once it is whole, among the others; returns the folder's name.

    Raises:
        Refused: TRAINING_DATA_INVALID.
    """
    try:
        with _told():
            corpus = _corpus(training.records, training.truth, read, tell)
            labels = None if training.labels is None else read_labels(training.labels, corpus.places())
            folder, _ = train_model(
                corpus,
                labels,
                training.unfinished,
                training.day,
                other_records_of_a_person=training.other_records_of_a_person,
                sampled_pairs=training.sampled_pairs,
                seed=training.seed,
                progress=tell,
            )
        place = training.into / folder.name
        if not place.exists():
            folder.rename(place)
        return folder.name
    finally:
        shutil.rmtree(training.unfinished, ignore_errors=True)


def try_out(trying: Trying, read: ReadRecords, tell: Tell) -> dict[str, Any]:
    """What `evaluation_json` says of a model on these records.

    Raises:
        Refused: TRAINING_DATA_INVALID.
    """
    with _told():
        corpus = _corpus(trying.records, trying.truth, read, tell)
        return as_json(judge(corpus, trying.model, trying.policy, tell, own=False).evaluation)


def _corpus(records: Path, truth: Path | None, read: ReadRecords, tell: Tell) -> Corpus:
    tell("reading")
    persons = None if truth is None else {item.record: item.person for item in read_truth(truth)}
    try:
        return corpus_of(read(records), persons)
    except CorpusInvalid as error:
        raise CorpusInvalid(f"{records.name}: {error}") from None


@contextmanager
def _told() -> Iterator[None]:
    """Tells what is wrong with files by their lines, and never what a line states."""
    try:
        yield
    except LabelsInvalid as error:
        raise _invalid(f"{str(error).partition(': ')[0]}: cannot be used") from None
    except (CorpusInvalid, TruthInvalid, TooFewLabels, NothingToLearnFrom) as error:
        raise _invalid(str(error)) from None
    except (UnicodeDecodeError, OSError) as error:
        raise _invalid("a file cannot be read") from error


def _invalid(message: str) -> Refused:
    return Refused(ErrorReason.TRAINING_DATA_INVALID, message)

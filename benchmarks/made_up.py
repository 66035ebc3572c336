"""A set of made-up records, resolved offline as the service would, and judged by their truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from google.protobuf import json_format

from benchmarks.blocking_report import BlockingFigures, blocking_figures
from benchmarks.hard_negatives import HardPairs, hard_pairs
from ftf.resolution.v1 import record_pb2
from resolver.domain.record import Record
from resolver.identity.policy import STANDARD
from resolver.jobs.batch import BatchResult, resolve_batch
from resolver.jobs.corpus import Corpus, corpus_of
from resolver.jobs.evaluation import Evaluation, GroupFigures, PairFigures, evaluate
from resolver.jobs.name_bands import name_bands
from resolver.jobs.truth import TrueRecord
from resolver.linkage.model import Model
from resolver.rpc.convert import record_to_domain
from resolver.synthetic.generator import GeneratedRecord, generate_records
from resolver.synthetic.nations import atlas
from resolver.synthetic.worlds import World

Progress = Callable[[str], None]
_NEW = "held out"


@dataclass(frozen=True, slots=True)
class MadeUpSet:
    """Records of a seed and a world; everything in their order of arrival."""

    title: str
    seed: int
    world: World
    generated: tuple[GeneratedRecord, ...]
    corpus: Corpus
    persons: tuple[str, ...]
    truth: tuple[TrueRecord, ...]


@dataclass(frozen=True, slots=True)
class SetFigures:
    """How a set was resolved.

    `new_people` are the figures of the pairs with at least one record whose owner or nationality never occurs in the
    ordinary world; None where there is no such pair. `adults` leaves out the `minors`, records that state a minor.
    """

    title: str
    seed: int
    world: World
    evaluation: Evaluation
    blocking: BlockingFigures
    new_people: GroupFigures | None
    minors: int
    adults: PairFigures
    hard: tuple[HardPairs, ...]


def domain_record(generated: GeneratedRecord) -> Record:
    """The record as the engine reads it."""
    return record_to_domain(json_format.ParseDict(generated.record, record_pb2.Record()))


def made_up_set(title: str, seed: int, records: int, model: Model, world: World = World.ORDINARY) -> MadeUpSet:
    """Generates and standardises a set; bands of names are those of the model's frequencies."""
    generated = tuple(generate_records(seed, records, world=world))
    corpus = corpus_of(map(domain_record, generated), None)
    bands = name_bands(corpus.records, model.frequencies)
    truth = tuple(map(_true_record, generated, bands))
    return MadeUpSet(title, seed, world, generated, corpus, tuple(each.person for each in generated), truth)


def _true_record(generated: GeneratedRecord, band: str) -> TrueRecord:
    return TrueRecord(
        record=generated.record["name"],
        person=generated.person,
        owner_country=generated.owner_country,
        nationalities=(generated.nationality,),
        scripts=tuple(generated.scripts.split("+")),
        name_band=band,
    )


def resolved(made: MadeUpSet, model: Model, progress: Progress) -> BatchResult:
    """The set resolved with the standard policy."""
    return resolve_batch(made.corpus.names, made.corpus.records, model, STANDARD, progress)


def judged(made: MadeUpSet, batch: BatchResult) -> SetFigures:
    """The figures of a resolved set."""
    identity_of = batch.identity_of()
    adults = [each for each, record in zip(made.truth, made.corpus.records, strict=True) if not record.minor]
    new = evaluate(_by_novelty(made.truth), identity_of, minimum_pairs=1).by_nationality
    return SetFigures(
        title=made.title,
        seed=made.seed,
        world=made.world,
        evaluation=evaluate(made.truth, identity_of, batch.open_reviews()),
        blocking=blocking_figures(made.corpus.records, made.persons, batch.model.frequencies),
        new_people=next((each for each in new if each.group == _NEW), None),
        minors=len(made.truth) - len(adults),
        adults=evaluate(adults, identity_of).pairs,
        hard=hard_pairs(made.generated, made.corpus, identity_of),
    )


def _by_novelty(truth: Sequence[TrueRecord]) -> list[TrueRecord]:
    """The truth with one group: records of owners or nationalities that the ordinary world does not have."""
    known, all_of_them = atlas(World.ORDINARY), atlas(World.HELD_OUT)
    owners = all_of_them.owners.keys() - known.owners.keys()
    nations = all_of_them.nations.keys() - known.nations.keys()
    return [
        replace(
            each,
            nationalities=(_NEW,) if each.owner_country in owners or not nations.isdisjoint(each.nationalities) else (),
        )
        for each in truth
    ]

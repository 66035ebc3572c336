"""Other models and policies than the shipped ones, and a store that was resolved with them from the start."""

from dataclasses import replace
from datetime import date

from resolver.engine.asked.models import ApproveModel
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.identity.policy import STANDARD, Bridge
from resolver.linkage.model import LevelParameters, load_model, read_model, save_model, shipped_model
from resolver.linkage.term_frequencies import TermFrequencies
from resolver.store.configuration import Configuration
from resolver.store.facts_table import FactsTable

KEEN = replace(STANDARD, name="policies/keen", merge_weight=1.0, review_weight=-6.0, bridges=(Bridge(9.0, 0.5),))
"""Merges on less than it should."""
CAUTIOUS = replace(STANDARD, name="policies/cautious", merge_weight=14.0, review_weight=2.0)


def another_model(folder):
    """A model that weighs names less and counts terms otherwise, so blocking keys differ too: folder and model."""
    shipped = shipped_model()
    levels = {
        code: LevelParameters(min(value.m * (1.6 if code.startswith("name") else 1.0), 1.0), value.u * 1.1)
        for code, value in shipped.levels.items()
    }
    counts = {
        column: {value: 1 + count // 3 for value, count in found.items()}
        for column, found in shipped.frequencies.counts.items()
    }
    frequencies = TermFrequencies(totals=shipped.frequencies.totals, counts=counts)
    made = save_model(folder, date(2026, 1, 1).isoformat(), shipped.prior, levels, frequencies, shipped.description)
    return made, load_model(made), read_model(made)


def approve(engine, texts, *examiners):
    """Writes down that people approve of a model."""
    for examiner in examiners:
        vetting = ApproveModel(texts.name, texts.digest, examiner, "", "read the report")
        engine.submit(Write((), atomic=True, vetting=vetting)).result(timeout=60)


def groups(engine):
    """The identities as sets of record names."""
    return {frozenset(identity.records) for identity in engine.reader.identities(0, 10**6, 0)}


def tables(engine):
    """Pairs, and open review tasks, by the names of records; what hangs on the order of arrival is left out."""
    with engine.snapshot() as snapshot:
        facts = FactsTable(snapshot.facts())
        names = facts.names(facts.records)
        pairs = {
            (frozenset((names[pair.left], names[pair.right])), round(pair.weight, 9), pair.identifying, pair.cell)
            for pair in snapshot.pairs()
        }
        tasks = {
            (frozenset((names[task.pair.left], names[task.pair.right])), task.reason, round(task.pair.weight, 9))
            for task in snapshot.tasks().values()
        }
        return pairs, tasks


def resolved_from_the_start(submissions, configuration: Configuration):
    """Identities, pairs and review tasks of a store that was never resolved otherwise."""
    engine = open_engine(None, model=configuration.model, policy=configuration.policy)
    try:
        engine.submit(Write(tuple(submissions))).result(timeout=120)
        return groups(engine), *tables(engine)
    finally:
        engine.close()

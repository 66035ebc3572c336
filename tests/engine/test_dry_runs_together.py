"""Dry runs that share a batch are answered as if each came alone, and leave nothing behind."""

from dataclasses import replace

import pytest

from resolver.domain.decision import DecisionKind
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.engine.queued import Kind
from tests.people import ONE, OTHER, SAME, submission

STORED = 120


@pytest.fixture(scope="module")
def filled(corpus):
    engine = open_engine(None)
    engine.submit(Write(tuple(map(submission, corpus[:STORED])))).result(timeout=60)
    yield engine
    engine.close()


def tried(engine, records, held_writer):
    """The answers of dry runs that waited for the writer together, and how many batches they took."""
    batches = []
    engine.listeners.watch_batches(lambda report: batches.append((report.batch.kind, len(report.batch.queued))))
    with held_writer(engine):
        waiting = [engine.submit(Write((submission(record),), atomic=True, validate_only=True)) for record in records]
    answers = [future.result(timeout=60)[0] for future in waiting]
    return answers, [size for kind, size in batches if kind is Kind.DRY_RUNS]


def without_time(decision):
    return replace(decision, commit_time=None)


def test_each_is_told_what_it_would_be_told_alone(filled, corpus, held_writer):
    arriving = corpus[STORED : STORED + 80]
    # With a request id a dry run is carried out as a write is, and undone.
    alone = [
        filled.submit(Write((submission(record),), request_key=f"r:{place}", atomic=True, validate_only=True)).result(
            timeout=60
        )[0]
        for place, record in enumerate(arriving)
    ]
    together, sizes = tried(filled, arriving, held_writer)
    assert max(sizes) > 20
    assert list(map(without_time, together)) == list(map(without_time, alone))
    assert {decision.kind for decision in together} >= {DecisionKind.CREATED, DecisionKind.ATTACHED}


def test_they_do_not_see_each_other_and_known_records_are_told_as_corrections(engine, submit, held_writer):
    submit(ONE)
    corrected = replace(OTHER, name=ONE.name)
    (first, second, known, stranger), _ = tried(
        engine, [SAME, replace(SAME, name="sources/aaa/records/7"), corrected, OTHER], held_writer
    )
    assert first.kind is second.kind is DecisionKind.ATTACHED
    assert [link.left for link in second.deciding_links] == [ONE.name]
    assert (known.record_version, stranger.kind) == (2, DecisionKind.CREATED)
    assert first.sequence == 0
    (stored,) = submit(OTHER)
    assert (stored.identity, stored.sequence) == (stranger.identity, 2)

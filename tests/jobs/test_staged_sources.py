"""A staged source counts for nothing until its plan brings it in, which ends where sending it would have ended."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from resolver.domain.errors import ErrorReason, NotFound, Refused
from resolver.domain.plan import Limits, PlanState
from resolver.domain.staged import STAGED_PERIOD
from resolver.engine import open_engine
from resolver.jobs.plan_control import Control, Steps
from resolver.jobs.reresolution import Reresolver
from resolver.jobs.staging_source import stage
from resolver.jobs.sweeping import sweep
from resolver.source_steps import DropSource
from resolver.writes import Withdrawal
from tests.jobs.configurations import KEEN, groups, resolved_from_the_start, tables
from tests.jobs.test_reresolution import QUICK, broken, decode, named, send, state, submission

FIRST, COMING, LATER = 120, 80, 30
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def records(corpus_messages):
    return corpus_messages[: FIRST + COMING + LATER]


@pytest.fixture(scope="module")
def coming(records):
    return records[FIRST : FIRST + COMING]


@pytest.fixture
def store(tmp_path, records):
    """A store on disk with the first records, and a clock that can be set forward."""
    path, ahead = tmp_path / "store.duckdb", [timedelta()]
    engine = open_engine(path)
    clock = engine._clock
    engine._clock = lambda: clock() + ahead[0]
    send(engine, *map(submission, records[:FIRST]))
    yield path, engine
    if not engine.queue._closed:
        engine.close()


def staged(engine, messages):
    return stage(Steps(engine), map(submission, messages))


def expected(messages, engine):
    return resolved_from_the_start(map(submission, messages), engine.configuration)


def test_a_staged_source_is_planned_exactly_brought_in_and_taken_back(store, records, coming):
    path, engine = store
    before, head = state(engine), engine.reader.head()
    source = staged(engine, coming)
    assert (state(engine), engine.reader.head()) == (before, head)
    assert all(engine.reader.record(message.name) is None for message in coming)

    reresolver = Reresolver(engine, decode)
    plan = reresolver.plan_source(source, Limits(), QUICK)
    after = expected(records[: FIRST + COMING], engine)
    assert plan.state is PlanState.PLANNED
    assert (state(engine), engine.reader.head()) == (before, head)
    changes = engine.reader.plans.changes(plan.number, 0, 10**6)
    assert {frozenset(identity.records) for change in changes for identity in change.after} == after[0] - before[0]
    assert {frozenset(identity.records) for change in changes for identity in change.before} == before[0] - after[0]
    assert plan.counts.entering == COMING
    assert plan.counts.created + plan.counts.attached + plan.counts.merges + plan.counts.regroupings == len(changes)
    names = {message.name for message in coming}
    for change in changes:
        grown = [identity for identity in change.after if len(identity.records) > 1]
        assert not grown or change.joining
        assert change.kind.name != "CREATED" or set(change.after[0].records) <= names

    applied = reresolver.apply(plan.number, QUICK)
    assert (applied.state, applied.settled, applied.work) == (PlanState.APPLIED, COMING, COMING)
    assert state(engine) == after
    decisions = engine.reader.decisions(head, 10**6)
    assert {decision.record for decision in decisions} == names
    assert {decision.plan for decision in decisions} == {plan.number}
    assert {identity.name for change in changes for identity in change.after} == {
        engine.reader.record(name).identity for change in changes for name in change.after[0].records[:1]
    } | {engine.reader.record(identity.records[0]).identity for change in changes for identity in change.after}
    with pytest.raises(NotFound, match="nothing waits"):
        Steps(engine).take(DropSource(source))
    engine.close()
    assert broken(path) == []

    reopened = open_engine(path)
    rolled_back = Reresolver(reopened, decode).roll_back(plan.number, QUICK)
    assert rolled_back.state is PlanState.ROLLED_BACK
    assert state(reopened) == before
    assert reopened.reader.staged.sources() == []
    again = staged(reopened, coming)
    whole = Reresolver(reopened, decode).plan_source(again, Limits(), QUICK)
    assert whole.counts.entering == COMING
    reopened.close()
    assert broken(path) == []

"""A staged source counts for nothing until its plan brings it in, which ends where sending it would have ended."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from resolver.domain.decision import DecisionKind, RequiredAction
from resolver.domain.errors import ErrorReason, NotFound, Refused, StoreError
from resolver.domain.plan import Limits, PlanState
from resolver.domain.staged import STAGED_PERIOD
from resolver.engine.asked.source_steps import DropSource
from resolver.engine.asked.writes import Withdrawal
from resolver.engine.engine import open_engine
from resolver.jobs.plan_control import Control, Steps
from resolver.jobs.reresolution import Reresolver
from resolver.jobs.staging_source import stage
from resolver.jobs.sweeping import Sweep, sweep
from resolver.store.new_store import new_store
from tests import people
from tests.jobs.configurations import resolved_from_the_start
from tests.jobs.test_reresolution import QUICK, broken, decode, named, send, state, submission
from tests.retention.examples import NOON, Clock, until

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
    """A store on disk with the first records."""
    path = tmp_path / "store.duckdb"
    engine = open_engine(path)
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
    told = {(identity.name, frozenset(identity.records)) for change in changes for identity in change.after}
    assert told <= {(each.name, frozenset(each.records)) for each in engine.reader.identities(0, 10**6, 0)}
    with pytest.raises(NotFound, match="nothing waits"):
        Steps(engine).take(DropSource(source))
    engine.close()
    assert broken(path) == []

    reopened = open_engine(path)
    head = reopened.reader.head()
    rolled_back = Reresolver(reopened, decode).roll_back(plan.number, QUICK)
    assert rolled_back.state is PlanState.ROLLED_BACK
    assert state(reopened) == before
    told = reopened.reader.decisions(head, 10**6)
    assert {(decision.record, decision.plan) for decision in told} == {(name, plan.number) for name in names}
    assert all(RequiredAction.PURGE_RECORD in decision.required_actions for decision in told)
    assert reopened.reader.staged.sources(0, 9) == []
    again = staged(reopened, coming)
    whole = Reresolver(reopened, decode).plan_source(again, Limits(), QUICK)
    assert whole.counts.entering == COMING
    reopened.close()
    assert broken(path) == []


def test_what_arrives_meanwhile_is_taken_in_and_newer_than_what_is_staged(store, records, coming):
    path, engine = store
    source = staged(engine, coming)
    reresolver = Reresolver(engine, decode)
    plan = reresolver.plan_source(source, Limits(), QUICK)
    planned = {name for change in engine.reader.plans.changes(plan.number, 0, 10**6) for name in named(change)}
    present = {message.name: message for message in records[: FIRST + COMING]}
    untouched = iter([name for name in present if name not in planned and name not in {each.name for each in coming}])
    arriving = iter(records[FIRST + COMING :])
    own = coming[-1]

    def arrive(words, done, of):
        record, old = next(arriving, None), next(untouched, None)
        if words != "bringing in" or record is None:
            return
        send(engine, submission(record))
        present[record.name] = record
        send(engine, Withdrawal(old))
        del present[old]
        if done == 0:
            # It is sent by its owner with another content, before its turn comes.
            sent = type(own).FromString(records[0].SerializeToString())
            sent.name = own.name
            send(engine, submission(sent))
            present[own.name] = sent

    applied = reresolver.apply(plan.number, Control(progress=arrive, share=1.0))
    assert applied.state is PlanState.APPLIED
    assert state(engine) == expected(present.values(), engine)

    corrected = coming[0]
    changed = type(own).FromString(records[1].SerializeToString())
    changed.name = corrected.name
    send(engine, submission(changed))
    reresolver.roll_back(plan.number, QUICK)
    kept = {name: message for name, message in present.items() if name not in {each.name for each in coming}}
    assert state(engine) == expected([*kept.values(), changed, present[own.name]], engine)
    engine.close()
    assert broken(path) == []


def test_killed_half_way_it_goes_on_and_ends_where_it_would_have(store, records, coming):
    path, engine = store
    staged(engine, coming)
    before = state(engine)
    plan = Reresolver(engine, decode).plan_source(1, Limits(), QUICK)
    after = expected(records[: FIRST + COMING], engine)
    engine.close()
    for action, words in (("apply", "bringing in"), ("roll_back", "taking back")):
        # In a process of its own, which ends itself as a kill would, after some records: nothing of it is closed.
        command = [sys.executable, "-c", KILLED, str(path), action, words]
        killed = subprocess.run(command, cwd=ROOT, timeout=240, check=False)
        assert killed.returncode == -signal.SIGKILL
        assert broken(path) == []
        reopened = open_engine(path)
        try:
            getattr(Reresolver(reopened, decode), action)(plan.number, QUICK)
            assert state(reopened) == (after if action == "apply" else before)
        finally:
            reopened.close()
        assert broken(path) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from resolver.engine.engine import open_engine
from resolver.jobs.plan_control import Control
from resolver.jobs.reresolution import Reresolver
from tests.jobs.test_reresolution import decode

path, action, moment = sys.argv[1:]

def end(words, done, of):
    if words == moment and done:
        os.kill(os.getpid(), signal.SIGKILL)

getattr(Reresolver(open_engine(Path(path)), decode), action)(1, Control(end, share=1.0))
"""


def test_a_plan_whose_source_was_dropped_or_overtaken_or_that_goes_beyond_its_limits_is_refused(store, records, coming):
    _, engine = store
    before = state(engine)
    reresolver = Reresolver(engine, decode)
    source = staged(engine, coming)
    assert reresolver.plan_source(source, Limits(identities=0.0), QUICK).state is PlanState.REFUSED

    overtaken = reresolver.plan_source(source, Limits(), QUICK)
    first = named(engine.reader.plans.changes(overtaken.number, 0, 10**6)[0])[0]
    again = next(message for message in records if message.name == first)
    send(engine, Withdrawal(first))
    send(engine, submission(again))
    with pytest.raises(Refused) as refused:
        reresolver.apply(overtaken.number, QUICK)
    assert refused.value.reason is ErrorReason.PLAN_OVERTAKEN
    assert engine.reader.plans.plan(overtaken.number).state is PlanState.OVERTAKEN

    dropped = reresolver.plan_source(source, Limits(), QUICK)
    Steps(engine).take(DropSource(source))
    with pytest.raises(Refused) as refused:
        reresolver.apply(dropped.number, QUICK)
    assert refused.value.reason is ErrorReason.STAGED_SOURCE_GONE
    for number in (source, source + 1, 0):
        with pytest.raises(NotFound) as unknown:
            reresolver.plan_source(number, Limits(), QUICK)
        assert unknown.value.reason is ErrorReason.STAGED_SOURCE_NOT_FOUND
    assert state(engine) == before


def test_cancelled_before_a_record_came_in_it_is_as_it_was_and_after_that_it_is_finished_or_taken_back(store, coming):
    _, engine = store
    before = state(engine)
    reresolver = Reresolver(engine, decode)
    source = staged(engine, coming)
    plan = reresolver.plan_source(source, Limits(), QUICK)

    def stop_at(words, least):
        far = []
        control = Control(lambda told, done, _: far.append(told == words and done >= least), lambda: any(far), 1.0)
        with pytest.raises(Refused) as refused:
            reresolver.apply(plan.number, control)
        assert refused.value.reason is ErrorReason.OPERATION_CANCELLED
        return engine.reader.plans.plan(plan.number)

    assert stop_at("uniting", 0).state is PlanState.PLANNED
    assert state(engine) == before
    half = stop_at("bringing in", 1)
    assert (half.state, 0 < half.settled < COMING) == (PlanState.APPLYING, True)
    with pytest.raises(Refused, match="is bringing"):
        Steps(engine).take(DropSource(source))
    with pytest.raises(Refused) as refused:
        reresolver.plan_source(source, Limits(), QUICK)
    assert refused.value.reason is ErrorReason.PLAN_UNDER_WAY
    assert reresolver.roll_back(plan.number, QUICK).state is PlanState.ROLLED_BACK
    assert state(engine) == before
    assert engine.reader.staged.sources(0, 9) == []


def test_what_is_staged_expires_and_leaves_nothing_in_the_file(tmp_path):
    path, clock = tmp_path / "store.duckdb", Clock()
    engine = open_engine(path, clock=clock)
    stage(Steps(engine), [people.submission(people.ONE), people.submission(people.OTHER)])
    secret = b"Krautmann"
    engine._writer.checkpoint()
    assert secret in path.read_bytes()
    clock.forward(days=STAGED_PERIOD.days)
    sweep(engine)
    assert engine.reader.staged.source(1).waiting == 2
    clock.forward(days=1)
    assert sweep(engine) == Sweep(0, (), unfinished=False)
    assert engine.reader.staged.sources(0, 9) == []
    assert stage(Steps(engine), [people.submission(people.ONE)]) == 2
    engine.close()
    assert secret not in path.read_bytes()


def test_what_is_staged_of_a_record_goes_when_that_is_purged(tmp_path):
    clock = Clock()
    engine = open_engine(tmp_path / "store.duckdb", clock=clock)
    short = until(people.ONE, (NOON + timedelta(days=3)).date())
    send(engine, people.submission(short))
    source = stage(Steps(engine), [people.submission(people.ONE), people.submission(people.OTHER)])
    clock.forward(days=4)
    (purged,) = sweep(engine).purged
    assert purged.kind is DecisionKind.PURGED
    assert engine.reader.staged.source(source).waiting == 1
    engine.close()
    assert broken(tmp_path / "store.duckdb") == []


def test_a_store_in_which_something_is_staged_is_not_taken_for_an_empty_one(tmp_path):
    path = tmp_path / "store.duckdb"
    engine = open_engine(path)
    assert stage(Steps(engine), []) == 0
    stage(Steps(engine), [people.submission(people.ONE)])
    engine.close()
    with pytest.raises(StoreError, match="holds records"), new_store(path, None):
        pass

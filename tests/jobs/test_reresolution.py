"""A plan says what it would change, does exactly that while records arrive, and can be taken back."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ftf.resolution.v1 import record_pb2
from resolver.domain.decision import DecisionKind
from resolver.domain.errors import ErrorReason, Refused
from resolver.domain.plan import Limits, PlanState
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.identity.policy import STANDARD
from resolver.jobs.plan_control import Control
from resolver.jobs.reresolution import Reresolver
from resolver.linkage.model import shipped_model
from resolver.rpc.convert import record_to_domain
from resolver.store.configuration import Configuration
from resolver.store.database import examine
from resolver.store.planned import Planned
from tests.jobs.configurations import CAUTIOUS, KEEN, another_model, approve, groups, resolved_from_the_start, tables

FIRST, LATER = 300, 40
QUICK = Control(share=1.0)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return another_model(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def records(corpus_messages):
    return corpus_messages[: FIRST + LATER]


@pytest.fixture
def store(tmp_path, records):
    """A store on disk with the first records."""
    path = tmp_path / "store.duckdb"
    engine = open_engine(path)
    send(engine, *map(submission, records[:FIRST]))
    yield path, engine
    if not engine.queue._closed:
        engine.close()


def send(engine, *changes):
    return engine.submit(Write(changes)).result(timeout=120)


def submission(message):
    return Submission(record_to_domain(message), message.SerializeToString())


def decode(payload):
    return record_to_domain(record_pb2.Record.FromString(payload))


def renamed(message, name):
    changed = record_pb2.Record.FromString(message.SerializeToString())
    changed.name = name
    return changed


def named(change):
    return [name for identity in change.before for name in identity.records]


def state(engine):
    return groups(engine), *tables(engine)


def broken(path):
    return [(each.invariant.words, each.examples) for each in examine(path) if each.breaches]


@pytest.mark.parametrize("policy", [KEEN, CAUTIOUS], ids=["keen", "cautious"])
def test_another_policy_is_planned_applied_and_rolled_back_exactly(store, records, policy):
    path, engine = store
    before = state(engine)
    reresolver = Reresolver(engine, decode)
    plan = reresolver.plan(Configuration(shipped_model(), policy), None, Limits(), QUICK)
    assert plan.state is PlanState.PLANNED
    assert state(engine) == before
    changes = engine.reader.plans.changes(plan.number, 0, 10**6)
    expected = resolved_from_the_start(map(submission, records[:FIRST]), Configuration(shipped_model(), policy))
    told = {frozenset(identity.records) for change in changes for identity in change.before}
    assert told == before[0] - expected[0]
    assert {frozenset(identity.records) for change in changes for identity in change.after} == expected[0] - before[0]
    assert plan.counts.changed == len(told) > 0
    kind = DecisionKind.MERGED if policy is KEEN else DecisionKind.SPLIT
    assert any(change.kind is kind and (change.joining or change.parting) for change in changes)

    head = engine.reader.head()
    applied = reresolver.apply(plan.number, QUICK)
    assert applied.state is PlanState.APPLIED
    assert state(engine) == expected
    decisions = engine.reader.decisions(head, 10**6)
    assert {decision.plan for decision in decisions} == {plan.number}
    assert {decision.policy for decision in decisions} == {policy.name}
    assert any(decision.kind is kind for decision in decisions)

    engine.close()
    assert broken(path) == []
    reopened = open_engine(path)
    assert reopened.policy_name == policy.name
    rolled_back = Reresolver(reopened, decode).roll_back(plan.number, QUICK)
    assert rolled_back.state is PlanState.ROLLED_BACK
    assert state(reopened) == before
    assert reopened.policy_name == STANDARD.name
    reopened.close()
    assert broken(path) == []


def test_after_a_plan_each_statement_is_prepared_once_more_and_not_planned_at_every_write(store, records, monkeypatch):
    _, engine = store
    prepared, prepare = [], Planned.prepare
    monkeypatch.setattr(Planned, "prepare", lambda self, name, sql: (prepared.append(name), prepare(self, name, sql)))
    reresolver = Reresolver(engine, decode)
    plan = reresolver.plan(Configuration(shipped_model(), KEEN), None, Limits(), QUICK)
    reresolver.apply(plan.number, QUICK)
    one, other = map(submission, records[FIRST : FIRST + 2])
    prepared.clear()
    engine.submit(Write((one,))).result()
    assert {"insert_records", "insert_recent", "insert_decisions"} <= set(prepared)
    assert len(prepared) == len(set(prepared))
    prepared.clear()
    engine.submit(Write((other,))).result()
    assert "insert_records" not in prepared


def test_a_plan_ends_though_the_last_records_that_it_has_to_look_at_are_purged(store):
    _, engine = store
    reresolver = Reresolver(engine, decode)
    plan = reresolver.plan(Configuration(shipped_model(), KEEN), None, Limits(), QUICK)
    purged = []

    def purge(words, done, of):
        if words == "regrouping" and done and not purged:
            purged.append(of - done)
            engine._database.cursor().execute("DELETE FROM plan_work WHERE place > ?", [done])

    assert reresolver.apply(plan.number, Control(purge, share=1.0)).state is PlanState.APPLIED
    assert purged[0] > 0


def test_another_model_takes_over_with_what_arrives_meanwhile(store, records, model):
    path, engine = store
    _, other, texts = model
    wanted = Configuration(other, KEEN)
    reresolver = Reresolver(engine, decode)
    plan = reresolver.plan(wanted, texts, Limits(), QUICK)
    arriving = iter(records[FIRST:])
    present = {record.name: record for record in records[:FIRST]}
    approve(engine, texts, "7")
    with pytest.raises(Refused, match="1 of 2 persons approve"):
        reresolver.apply(plan.number, QUICK)
    approve(engine, texts, "8")
    planned = {name for change in engine.reader.plans.changes(plan.number, 0, 10**6) for name in named(change)}
    untouched = [name for name in present if name not in planned]

    moments = iter(range(10**6))

    def arrive(words, done, of):
        # At every moment of the run: while it is worked out, staged, taken over, and while identities follow.
        record = next(arriving, None)
        if record is None:
            return
        place = next(moments)
        old = untouched[place]
        match place % 3:
            case 0:
                send(engine, submission(record))
                present[record.name] = record
            case 1:
                send(engine, Withdrawal(old))
                del present[old]
            case _:
                # What the record states now is another person's.
                present[old] = renamed(record, old)
                send(engine, submission(present[old]))

    applied = reresolver.apply(plan.number, Control(progress=arrive, share=1.0))
    for record in arriving:
        send(engine, submission(record))
        present[record.name] = record
    assert applied.state is PlanState.APPLIED
    assert engine.model_name == other.name
    assert state(engine) == resolved_from_the_start(map(submission, present.values()), wanted)
    reresolver.roll_back(plan.number, QUICK)
    assert state(engine) == resolved_from_the_start(
        map(submission, present.values()), Configuration(shipped_model(), STANDARD)
    )
    engine.close()
    assert broken(path) == []


def test_a_plan_over_its_limits_is_kept_to_be_looked_at_and_refused(store, records):
    _, engine = store
    reresolver = Reresolver(engine, decode)
    plan = reresolver.plan(Configuration(shipped_model(), KEEN), None, Limits(identities=0.0), QUICK)
    assert plan.state is PlanState.REFUSED
    assert "identities would change" in plan.reason
    with pytest.raises(Refused) as refused:
        reresolver.apply(plan.number, QUICK)
    assert refused.value.reason is ErrorReason.PLAN_STATE


def a_plan(engine, records, policy=KEEN):
    reresolver = Reresolver(engine, decode)
    return reresolver, reresolver.plan(Configuration(shipped_model(), policy), None, Limits(), QUICK)


@pytest.mark.parametrize("taken_over", [False, True], ids=["before it took over", "before a record of it changes"])
def test_a_plan_is_overtaken_by_a_change_of_its_own_records_and_leaves_the_store_as_it_is(store, records, taken_over):
    _, engine = store
    reresolver, plan = a_plan(engine, records)
    first = named(engine.reader.plans.changes(plan.number, 0, 1)[0])[0]

    def withdraw(words, done, of):
        if taken_over == (words == "staging pairs") and engine.reader.record(first).withdrawn is False:
            send(engine, Withdrawal(first))

    if not taken_over:
        withdraw("", 0, 0)
    with pytest.raises(Refused) as refused:
        reresolver.apply(plan.number, Control(progress=withdraw, share=1.0))
    assert refused.value.reason is ErrorReason.PLAN_OVERTAKEN
    assert engine.reader.plans.plan(plan.number).state is PlanState.OVERTAKEN
    assert engine.policy_name == STANDARD.name
    assert all(decision.plan == 0 for decision in engine.reader.decisions(0, 10**6))


def test_cancelled_before_it_takes_over_the_store_is_as_it_was_and_after_it_goes_on(store, records):
    _, engine = store
    before = state(engine)
    reresolver, plan = a_plan(engine, records, CAUTIOUS)
    reached = []

    def stop_at(words):
        reached.clear()
        control = Control(lambda told, *_: reached.append(told), lambda: words in reached, share=1.0)
        with pytest.raises(Refused) as refused:
            reresolver.apply(plan.number, control)
        assert refused.value.reason is ErrorReason.OPERATION_CANCELLED
        return engine.reader.plans.plan(plan.number)

    for words in ("reading the records", "uniting", "staging pairs"):
        assert stop_at(words).state is PlanState.PLANNED
        assert state(engine) == before
    assert stop_at("regrouping").state is PlanState.APPLYING
    assert engine.policy_name == CAUTIOUS.name
    applied = reresolver.apply(plan.number, QUICK)
    assert applied.state is PlanState.APPLIED
    expected = resolved_from_the_start(map(submission, records[:FIRST]), Configuration(shipped_model(), CAUTIOUS))
    assert state(engine) == expected


def test_killed_at_any_moment_it_goes_on_and_ends_where_it_would_have(store, records):
    path, engine = store
    _, plan = a_plan(engine, records, CAUTIOUS)
    engine.close()
    for moment in ("staging pairs", "regrouping"):
        # In a process of its own, which ends itself as a kill would: nothing of it is closed.
        killed = subprocess.run([sys.executable, "-c", KILLED, str(path), moment], cwd=ROOT, timeout=240, check=False)
        assert killed.returncode == -signal.SIGKILL
        assert broken(path) == []
    reopened = open_engine(path)
    try:
        assert reopened.policy_name == CAUTIOUS.name
        applied = Reresolver(reopened, decode).apply(plan.number, QUICK)
        assert applied.state is PlanState.APPLIED
        expected = resolved_from_the_start(map(submission, records[:FIRST]), Configuration(shipped_model(), CAUTIOUS))
        assert state(reopened) == expected
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

def end(words, done, of):
    if words == sys.argv[2] and (done or not of):
        os.kill(os.getpid(), signal.SIGKILL)

Reresolver(open_engine(Path(sys.argv[1])), decode).apply(1, Control(end, share=1.0))
"""

"""A plan says what it would change, does exactly that while records arrive, and can be taken back."""

import pytest

from resolver.domain.decision import DecisionKind
from resolver.domain.errors import ErrorReason, Refused
from resolver.domain.plan import Limits, PlanState
from resolver.engine import open_engine
from resolver.identity.policy import STANDARD
from resolver.jobs.reresolution import Control, Reresolver
from resolver.linkage.model import shipped_model
from resolver.store.configuration import Configuration
from resolver.store.database import examine
from resolver.writes import Submission, Withdrawal, Write
from tests.jobs.configurations import CAUTIOUS, KEEN, another_model, groups, resolved_from_the_start, tables
from tests.people import submission

FIRST, LATER = 400, 60
QUICK = Control(share=1.0)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return another_model(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def records(corpus):
    return corpus[: FIRST + LATER]


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


def decoder(records):
    sent = {submission(record).payload: record for record in records}
    return sent.__getitem__


def state(engine):
    return groups(engine), *tables(engine)


def broken(path):
    return [(each.invariant.words, each.examples) for each in examine(path) if each.breaches]


@pytest.mark.parametrize("policy", [KEEN, CAUTIOUS], ids=["keen", "cautious"])
def test_another_policy_is_planned_applied_and_rolled_back_exactly(store, records, policy):
    path, engine = store
    before = state(engine)
    reresolver = Reresolver(engine, decoder(records))
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
    rolled_back = Reresolver(reopened, decoder(records)).roll_back(plan.number, QUICK)
    assert rolled_back.state is PlanState.ROLLED_BACK
    assert state(reopened) == before
    assert reopened.policy_name == STANDARD.name
    reopened.close()
    assert broken(path) == []


def test_another_model_takes_over_with_what_arrives_meanwhile(store, records, model):
    path, engine = store
    _, other, texts = model
    wanted = Configuration(other, KEEN)
    reresolver = Reresolver(engine, decoder(records))
    plan = reresolver.plan(wanted, texts, Limits(), QUICK)
    arriving = iter(records[FIRST:])
    present = {record.name: record for record in records[:FIRST]}

    def arrive(words, done, of):
        # At every moment of the run: while it is worked out, staged, taken over, and while identities follow.
        for record in (next(arriving, None),):
            if record is None:
                continue
            old = sorted(present)[7 * done % len(present)]
            corrected = Submission(present[old], b"corrected " + submission(record).payload)
            send(engine, submission(record), *([Withdrawal(old)] if done % 2 else []))
            del corrected
            present[record.name] = record
            if done % 2:
                del present[old]

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
    reresolver = Reresolver(engine, decoder(records))
    plan = reresolver.plan(Configuration(shipped_model(), KEEN), None, Limits(identities=0.0), QUICK)
    assert plan.state is PlanState.REFUSED
    assert "identities would change" in plan.reason
    with pytest.raises(Refused) as refused:
        reresolver.apply(plan.number, QUICK)
    assert refused.value.reason is ErrorReason.PLAN_STATE

"""While another model takes over, and when it has, each viewer is told what it sees as if there were nothing else."""

from datetime import datetime

import duckdb
import pytest

from ftf.resolution.v1 import record_pb2
from resolver.domain.handling import Viewer
from resolver.domain.plan import Limits, PlanState
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.identity.policy import STANDARD
from resolver.jobs.batch import resolve_batch
from resolver.jobs.reresolution import Control, Reresolver
from resolver.linkage.model import shipped_model
from resolver.rpc.convert import record_to_domain
from resolver.standardise.record import standardise
from resolver.store.configuration import Configuration
from resolver.store.database import examine
from resolver.store.judgements import TaskFilter
from tests.counts import count
from tests.jobs.configurations import CAUTIOUS, KEEN

LATER = 12
VIEWERS = [None, Viewer("FRA", "ncb", "border"), Viewer("USA", "fbi", "identify"), Viewer("TUR", "migration", "locate")]
ALL = TaskFilter("", "", (), unclaimed_only=False, now=datetime(2026, 3, 1))  # noqa: DTZ001 - UTC without zone


@pytest.fixture(scope="module")
def records(corpus_messages):
    """Records of which a third may be seen in France and where they come from, and some for one purpose alone."""
    messages = {each.name: record_pb2.Record.FromString(each.SerializeToString()) for each in corpus_messages}
    comparable = [standardise(record_to_domain(each)) for each in messages.values()]
    grouped = [
        set(resolve_batch(list(messages), comparable, shipped_model(), policy).groups)
        for policy in (STANDARD, KEEN, CAUTIOUS)
    ]
    changed = sorted({group for other in grouped[1:] for group in grouped[0] ^ other}, key=len, reverse=True)
    moved = dict.fromkeys(record for group in changed for record in group)
    names = list(messages)
    found = [messages[names[record]] for record in list(moved)[: count(80, 400)]]
    found += [each for each in messages.values() if each not in found][: 2 * LATER]
    for each in found[::2]:
        each.handling.allowed_countries.extend(["FRA", each.owner.country])
    for each in found[1::5]:
        each.handling.allowed_purposes.append("border")
    return found


def submission(message):
    return Submission(record_to_domain(message), message.SerializeToString())


def decode(payload):
    return record_to_domain(record_pb2.Record.FromString(payload))


def send(engine, *changes):
    engine.submit(Write(changes)).result(timeout=120)


def seen(engine, viewer):
    """The identities and the open tasks of a viewer."""
    reader = engine.reader
    return (
        {frozenset(each.records) for each in reader.identities(0, 10**6, 0, viewer=viewer)},
        {
            (
                frozenset((each.task.link.left, each.task.link.right)),
                each.task.reason,
                round(each.task.link.match_weight, 9),
            )
            for each in reader.judgements.tasks(0, 10**6, ALL, viewer)
        },
    )


def check(engine, messages, policy):
    """What is seen is what is seen in a store that was never resolved otherwise, and what the feed tells."""
    anew = open_engine(None, policy=policy)
    try:
        send(anew, *map(submission, messages))
        for viewer in VIEWERS:
            assert seen(engine, viewer) == seen(anew, viewer), viewer
            told = engine.reader.decisions(0, 10**6, viewer)
            assert replayed_from(told) == seen(engine, viewer)[0]
    finally:
        anew.close()


def replayed_from(told):
    where = {}
    for decision in told:
        for change in decision.changes:
            for record in change.records:
                assert where.pop(record, None) == change.before
                if change.after is not None:
                    where[record] = change.after
    return {frozenset(one for one in where if where[one] == identity) for identity in where.values()}


@pytest.mark.parametrize("policy", [CAUTIOUS, KEEN][: count(1, 2)], ids=lambda policy: policy.name)
def test_each_viewer_is_told_of_a_plan_what_it_sees_of_it(tmp_path, records, policy):
    path = tmp_path / "store.duckdb"
    engine = open_engine(path)
    present = {record.name: record for record in records[:-LATER]}
    send(engine, *map(submission, present.values()))
    reresolver = Reresolver(engine, decode)
    plan = reresolver.plan(Configuration(shipped_model(), policy), None, Limits(), Control(share=1.0))
    arriving = iter(records[-LATER:])
    planned = {
        name
        for change in engine.reader.plans.changes(plan.number, 0, 10**6)
        for one in change.before
        for name in one.records
    }
    leaving = iter([name for name in present if name not in planned])

    def arrive(words, done, of):
        record = next(arriving, None)
        if record is not None:
            old = next(leaving)
            send(engine, submission(record), Withdrawal(old))
            present[record.name] = record
            del present[old]

    applied = reresolver.apply(plan.number, Control(progress=arrive, share=1.0))
    assert applied.state is PlanState.APPLIED
    check(engine, present.values(), policy)
    reresolver.roll_back(plan.number, Control(share=1.0))
    check(engine, present.values(), None)
    engine.close()
    with duckdb.connect(str(path), read_only=True) as connection:
        changes = "SELECT count(*) FROM told_decisions WHERE (body->>'$.plan')::BIGINT > 0"
        assert connection.execute(changes).fetchall()[0][0] > 40
    assert [(each.invariant.words, each.examples) for each in examine(path) if each.breaches] == []

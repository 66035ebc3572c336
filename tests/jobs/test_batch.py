"""A batch over a whole file ends where the service ends, and says what it looked at."""

from dataclasses import replace

import pytest

from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.identity.link_table import NAMED
from resolver.identity.partition import partition
from resolver.identity.policy import STANDARD, Bridge
from resolver.jobs.batch import resolve_batch
from resolver.jobs.uniting import united
from resolver.linkage.model import shipped_model
from resolver.standardise.record import standardise
from tests.people import submission

RECORDS = 600


@pytest.fixture(scope="module")
def records(corpus):
    return corpus[:RECORDS]


@pytest.fixture(scope="module")
def batch(records):
    comparable = [standardise(record) for record in records]
    return resolve_batch([record.name for record in records], comparable, shipped_model(), STANDARD)


def test_the_groups_and_open_reviews_are_those_of_the_service(batch, records):
    engine = open_engine(None)
    try:
        engine.submit(Write(tuple(submission(record) for record in records))).result(timeout=120)
        served = {
            frozenset(identity.records): identity.name for identity in engine.reader.identities(0, RECORDS * 2, 0)
        }
        open_tasks = {}
        for decision in engine.reader.decisions(0, RECORDS * 2):
            for task in decision.review_tasks_closed:
                del open_tasks[task.name]
            open_tasks |= {task.name: frozenset(task.identities) for task in decision.review_tasks_raised}
    finally:
        engine.close()
    groups = {str(group[0]): frozenset(batch.names[record] for record in group) for group in batch.groups}
    assert set(groups.values()) == served.keys()
    assert any(len(group) > 2 for group in batch.groups)
    reviews = {frozenset(served[groups[identity]] for identity in pair) for pair in batch.open_reviews()}
    assert reviews == set(open_tasks.values())
    assert len(reviews) > 10


def test_component_by_component_is_the_partition_of_everything_at_once(batch):
    facts = batch.facts.facts(batch.facts.records)
    for policy in (STANDARD, replace(STANDARD, merge_weight=STANDARD.review_weight, bridges=(Bridge(30.0, 0.5),))):
        assert united(batch.facts, batch.pairs, policy).groups() == partition(facts, batch.pairs, facts, policy).groups


def test_strong_pairs_are_the_scored_ones_that_reach_review_or_that_the_link_table_names(batch):
    scored = batch.connection.table("scored")
    assert scored.count("*").fetchall() == [(batch.candidates,)]
    which = f"match_weight >= {STANDARD.review_weight} OR cell IN {tuple(NAMED)}"
    strong = scored.filter(which).select("left_number, right_number").fetchall()
    assert {(pair.left, pair.right) for pair in batch.pairs} == set(strong)
    assert all(left < right for left, right in strong)
    assert 0 < len(strong) < batch.candidates


def test_any_pair_can_be_scored_candidate_or_not(batch):
    weights = {(pair.left, pair.right): pair.weight for pair in batch.pairs[:50]}
    scored = batch.score([*weights, (0, 1)]).select("left_number, right_number, match_weight").fetchall()
    assert len(scored) == len(weights | {(0, 1): None})
    assert {(left, right): weight for left, right, weight in scored if (left, right) in weights} == weights

"""What holds whatever the order, the batches, the callers and the restarts."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.identity.partition import Pair, partition
from resolver.identity.policy import STANDARD
from resolver.standardise.record import standardise
from resolver.store.facts_rows import facts_of
from tests.people import ONE, person, submission


def identities(engine):
    return {frozenset(identity.records) for identity in engine.reader.identities(0, 100_000, 0)}


def replayed(engine):
    """The memberships that a consumer of the feed ends with."""
    told = {}
    for decision in engine.reader.decisions(0, 1_000_000):
        for change in decision.changes:
            for record in change.records:
                assert told.get(record) == change.before
                if change.after is None:
                    del told[record]
                else:
                    told[record] = change.after
    return told


def live(engine):
    return {
        record: identity.name for identity in engine.reader.identities(0, 100_000, 0) for record in identity.records
    }


@pytest.mark.parametrize("seed", range(4))
def test_any_order_and_batch_size_with_corrections_and_withdrawals_ends_in_one_partition(corpus, seed):
    records = corpus[:240]
    draw = random.Random(seed)
    withdrawn = {record.name for record in draw.sample(records, 20)}
    detours = draw.sample(records, 40)
    steps = [submission(replace(draw.choice(records), name=record.name)) for record in detours]
    final = [submission(record) for record in records]
    draw.shuffle(final)
    changes = steps + final + [Withdrawal(name) for name in sorted(withdrawn)]
    wandering, straight = open_engine(None), open_engine(None)
    try:
        while changes:
            size = draw.choice([1, 3, 17, 60])
            wandering.submit(Write(tuple(changes[:size]))).result(timeout=60)
            del changes[:size]
        kept = [record for record in records if record.name not in withdrawn]
        straight.submit(Write(tuple(submission(record) for record in kept))).result(timeout=60)
        assert identities(wandering) == identities(straight)
        assert replayed(wandering) == live(wandering)
    finally:
        wandering.close()
        straight.close()


def test_what_grew_in_small_batches_is_the_partition_of_all_stored_pairs(corpus):
    engine = open_engine(None)
    try:
        for start in range(0, len(corpus), 40):
            engine.submit(Write(tuple(submission(record) for record in corpus[start : start + 40]))).result(timeout=60)
        reader = engine.reader
        numbers = {name: reader.record(name).number for name in live(engine)}
        facts = {numbers[record.name]: facts_of(record.name, standardise(record)) for record in corpus}
        links = stored_pairs(engine)
        groups = partition(facts, links, facts, STANDARD).groups
        names = {number: name for name, number in numbers.items()}
        assert identities(engine) == {frozenset(names[number] for number in group) for group in groups}
        assert sum(len(group) > 2 for group in groups) > 20
    finally:
        engine.close()


def stored_pairs(engine):
    rows = engine.reader.reading.rows(
        "SELECT record_number, other_number, match_weight, identifying, cell FROM pairs"
        " WHERE record_number < other_number"
    )
    return [Pair(*row) for row in rows]


def test_the_feed_is_gap_free_and_survives_a_restart(corpus, tmp_path):
    path = tmp_path / "store.duckdb"
    engine = open_engine(path)
    engine.submit(Write(tuple(submission(record) for record in corpus[:150]))).result(timeout=60)
    before, feed = live(engine), engine.reader.decisions(0, 1000)
    engine.close()
    again = open_engine(path)
    try:
        assert [decision.sequence for decision in feed] == list(range(1, 151))
        assert again.reader.decisions(0, 1000) == feed
        assert live(again) == before == replayed(again)
        (more,) = again.submit(Write((submission(ONE),))).result(timeout=30)
        assert more.sequence == 151
    finally:
        again.close()


def test_simultaneous_submissions_of_one_person_end_in_one_identity(engine):
    people = [person(str(number)) for number in range(32)]
    with ThreadPoolExecutor(16) as pool:
        writes = list(pool.map(lambda record: engine.submit(Write((submission(record),))), people))
    decisions = [write.result(timeout=30)[0] for write in writes]
    assert len({decision.identity for decision in decisions}) == 1
    assert sorted(decision.sequence for decision in decisions) == list(range(1, 33))


def test_who_listens_cannot_stop_who_writes(engine):
    def broken(_):
        raise ValueError("a listener's fault")

    heard = []
    engine.listeners.watch(broken)
    engine.listeners.watch(heard.append)
    for number in (1, 2):
        engine.submit(Write((submission(person(str(number))),))).result(timeout=30)
    assert heard == [1, 2]


def test_a_clock_that_is_set_back_does_not_turn_the_past_round():
    now = [datetime(2026, 1, 1, 0, 0, 5)]  # noqa: DTZ001 - UTC without zone
    engine = open_engine(None, clock=lambda: now[0])
    try:
        first = engine.submit(Write((submission(person("1")),))).result(timeout=30)[0]
        now[0] -= timedelta(seconds=4)
        second = engine.submit(Write((submission(person("2")),))).result(timeout=30)[0]
        assert first.commit_time <= second.commit_time
        assert engine.reader.identity(first.identity, first.commit_time) is not None
    finally:
        engine.close()


def test_first_answers_are_forgotten_after_their_time():
    now = [datetime(2026, 1, 1)]  # noqa: DTZ001 - UTC without zone
    engine = open_engine(None, clock=lambda: now[0])
    try:
        again = Write((submission(ONE),), request_key="r:1", digest=b"x")
        first = engine.submit(again).result(timeout=30)
        now[0] += timedelta(hours=23)
        assert engine.submit(again).result(timeout=30) == first
        for key in ("2", "3"):
            now[0] += timedelta(hours=24)
            engine.submit(Write((submission(person(key)),))).result(timeout=30)
        (late,) = engine.submit(again).result(timeout=30)
        assert late.kind.name == "UNCHANGED"
    finally:
        engine.close()


def test_readers_see_one_state_of_the_store_beside_a_writer(engine, corpus):
    engine.submit(Write(tuple(submission(record) for record in corpus[:60]))).result(timeout=60)
    names = [record.name for record in corpus[:60]]
    writes = [
        engine.submit(Write((submission(replace(corpus[60 + place], name=names[place % 60])),))) for place in range(40)
    ]
    while not all(write.done() for write in writes):
        for name in names[:10]:
            identity = engine.reader.identity_of(name)
            assert identity is not None
            assert name in identity.records


def test_every_stored_pair_is_what_the_explanation_says(engine, corpus):
    decisions = engine.submit(Write(tuple(submission(record) for record in corpus[:200]))).result(timeout=60)
    links = [link for decision in decisions for link in decision.deciding_links]
    assert links
    for link in links[:50]:
        explained = engine.reader.explanations.pair(link.left, link.right)
        assert explained.match_weight == pytest.approx(link.match_weight, abs=1e-9)
        parts = [part.match_weight + part.term_frequency_adjustment for part in explained.comparisons]
        assert explained.prior_weight + sum(parts) == pytest.approx(explained.match_weight, abs=1e-9)
        assert explained.shared_key_families
        assert explained.same_identity

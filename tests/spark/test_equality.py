"""Splink on Spark finds what DuckDB finds: the same candidates, levels, weights, groups and plans."""

import duckdb
import pyarrow as pa
import pytest

from resolver.identity.policy import STANDARD
from resolver.jobs.batch import resolve_batch
from resolver.jobs.resolving import weighed_again, within_duckdb
from resolver.jobs.spark import weigh
from resolver.jobs.spark_exchange import exchange_at, read_exchange, write_exchange
from resolver.jobs.uniting import united
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import shipped_model
from resolver.linkage.scorer import compile_scorer
from resolver.standardise.record import standardise
from resolver.store.candidates import find_candidates, slices
from resolver.store.configuration import Configuration
from tests.linkage.golden_pairs import comparable, golden_pairs

RECORDS = 400
WANTED = Configuration(shipped_model(), STANDARD)
GAMMAS = [f"gamma_{comparison.name}" for comparison in COMPARISONS]
KEY_OF_GOLDEN_PAIRS = 1 << 40


@pytest.fixture(scope="module")
def resolved(corpus):
    """Records, with golden pairs among them, of which each has a blocking key of its own besides."""
    golden = list(golden_pairs())
    sides = [comparable(side) for pair in golden for side in (pair.left, pair.right)]
    records = [standardise(record) for record in corpus[:RECORDS]] + sides
    batch = resolve_batch([f"sources/a/records/{at}" for at in range(len(records))], records, WANTED.model, STANDARD)
    connection = batch.connection
    connection.execute("DROP TABLE scored; DROP TABLE candidates; DROP TABLE slice")
    pairs = [(KEY_OF_GOLDEN_PAIRS + place // 2, RECORDS + place) for place in range(len(sides))]
    keys = pa.table({"key": [key for key, _ in pairs], "record_number": [number for _, number in pairs]})
    connection.register("golden", keys)
    connection.execute("INSERT INTO blocking_keys SELECT key, record_number FROM golden")
    return batch


@pytest.fixture(scope="module")
def both(session, resolved, tmp_path_factory):
    """What DuckDB and what Spark make of them: comparison vectors and weights by pair, and what is taken back."""
    connection = resolved.connection
    columns = ", ".join(["match_weight", *GAMMAS])
    (_,) = slices(connection, find_candidates(connection))
    scorer = compile_scorer(WANTED.model, "slice")
    expected = connection.sql(f"SELECT left_number, right_number, {columns} FROM ({scorer.sql})").fetchall()
    connection.execute("DROP TABLE candidates; DROP TABLE slice")
    with exchange_at(str(tmp_path_factory.mktemp("exchange"))) as exchange:
        write_exchange(exchange, connection, WANTED)
        predicted = weigh(session, exchange.address, WANTED).toArrow()
        weighed = read_exchange(exchange, connection, WANTED)
    found = duckdb.from_arrow(predicted).query(
        "predicted",
        "SELECT least(record_number_l, record_number_r), greatest(record_number_l, record_number_r),"
        f" {columns} FROM predicted",
    )
    return {row[:2]: row[2:] for row in expected}, {row[:2]: row[2:] for row in found.fetchall()}, weighed


def test_candidates_levels_and_weights_are_the_same(both):
    expected, found, weighed = both
    assert found.keys() == expected.keys()
    assert weighed.candidates == len(expected) > 1_000
    assert {pair: levels for pair, (_, *levels) in found.items()} == {
        pair: levels for pair, (_, *levels) in expected.items()
    }
    assert max(abs(found[pair][0] - expected[pair][0]) for pair in expected) <= 1e-6


def test_every_level_of_every_comparison_is_among_them(both):
    expected, _, _ = both
    for place, comparison in enumerate(COMPARISONS, start=1):
        given = {row[place] for row in expected.values()}
        kinds = {level.kind or level.code for at, level in enumerate(reversed(comparison.levels)) if at in given}
        assert kinds == {level.kind or level.code for level in comparison.levels}
        assert -1 in given


def test_the_pairs_that_count_and_the_groups_are_the_same(both, resolved):
    weighed = weighed_again(resolved.connection, WANTED, both[2], lambda _: None)
    expected = within_duckdb(resolved.connection, WANTED, lambda _: None)

    assert weighed.pairs == expected.pairs
    assert len({pair.cell for pair in weighed.pairs}) > 5
    assert {pair.identifying for pair in weighed.pairs} == {True, False}
    groups = united(resolved.facts, weighed.pairs, STANDARD).groups()
    assert groups == united(resolved.facts, expected.pairs, STANDARD).groups()
    assert sum(len(group) > 1 for group in groups) > 50

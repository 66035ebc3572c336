"""The compiled scorer gives Splink's levels and weights."""

from itertools import product

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from splink import DuckDBAPI, Linker

from resolver.linkage.blocking import blocking_keys
from resolver.linkage.columns import comparable_table
from resolver.linkage.compared_pairs import records_in
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import shipped_model
from resolver.linkage.scorer import compile_scorer, level_of
from resolver.linkage.settings import UNIQUE_ID, splink_settings
from resolver.standardise.record import standardise

MODEL = shipped_model()


@pytest.fixture(scope="module")
def tables(corpus):
    records = [standardise(record) for record in corpus[:900]]
    table = comparable_table(range(len(records)), records, MODEL.frequencies)
    keys = [[key.key for key in blocking_keys(record, MODEL.frequencies)] for record in records]
    connection = duckdb.connect()
    connection.register("incoming", table)
    connection.execute("CREATE TABLE comparable AS SELECT * FROM incoming")
    yield connection, table.append_column("blocking_keys", pa.array(keys, pa.list_(pa.uint64())))
    connection.close()


def by_pair(relation, left, right, columns):
    rows = relation.select(", ".join([left, right, *columns])).fetchall()
    return {(min(one, other), max(one, other)): values for one, other, *values in rows}


def scored(connection, pairs):
    left, right = np.array(pairs).T
    connection.register("chosen", records_in(connection, "comparable").pairs(left, right))
    return connection.sql(compile_scorer(MODEL, "chosen").sql)


def test_levels_are_equal_and_weights_to_1e_9_over_candidates_and_random_pairs(tables):
    connection, table = tables
    gammas = [f"gamma_{comparison.name}" for comparison in COMPARISONS]
    linker = Linker(
        DuckDBAPI(duckdb.connect()).register(table), splink_settings(MODEL.prior, MODEL.levels), log_level=None
    )
    candidates = by_pair(
        linker.inference.predict().as_duckdbpyrelation(), f"{UNIQUE_ID}_l", f"{UNIQUE_ID}_r", ["match_weight", *gammas]
    )
    api = DuckDBAPI(duckdb.connect())
    scorer = Linker(api.register(table), splink_settings(MODEL.prior, MODEL.levels), log_level=None)
    crossed = by_pair(
        scorer.inference.score_pairs(
            api.register(table.slice(0, 80)), api.register(table.slice(80, 80))
        ).as_duckdbpyrelation(),
        f"{UNIQUE_ID}_l",
        f"{UNIQUE_ID}_r",
        ["match_weight", *gammas],
    )
    expected = candidates | crossed
    ours = by_pair(
        scored(connection, list(expected)),
        "left_number",
        "right_number",
        ["match_weight", *gammas],
    )
    assert len(expected) >= 5_000
    assert ours.keys() == expected.keys()
    for pair, (weight, *levels) in expected.items():
        assert ours[pair][1:] == levels
        assert ours[pair][0] == pytest.approx(weight, abs=1e-9)


def test_the_compared_pairs_show_missing_values_and_term_frequencies(tables):
    connection, _ = tables
    rows = scored(connection, list(product(range(80), range(80, 160))))
    assert rows.filter("gamma_birth_place = -1").count("*").fetchall()[0][0] > 0
    assert rows.filter("mw_tf_birth_place <> 0").count("*").fetchall()[0][0] > 0


def test_which_side_a_record_stands_on_does_not_matter(tables):
    """The left one is whichever came first; a level that told them apart would let arrival decide."""
    connection, table = tables
    connection.register("rows_with_keys", table.select(["record_number", "blocking_keys"]))
    ordered = connection.sql(
        "WITH k AS (SELECT record_number, unnest(blocking_keys) AS key FROM"
        " rows_with_keys) SELECT DISTINCT l.record_number AS left_number, r.record_number AS right_number"
        " FROM k l JOIN k r USING (key) WHERE l.record_number < r.record_number"
        " UNION SELECT l.record_number, r.record_number FROM comparable l JOIN comparable r"
        " ON l.record_number < r.record_number WHERE r.record_number < 160"
    ).fetchall()
    swapped = [(right, left) for left, right in ordered]
    columns = ["match_weight", "identifying", *(f"gamma_{comparison.name}" for comparison in COMPARISONS)]
    one, other = (
        by_pair(
            scored(connection, pairs),
            "left_number",
            "right_number",
            columns,
        )
        for pairs in (ordered, swapped)
    )
    assert len(one) > 10_000
    assert one == other


def test_the_online_candidates_are_those_of_splinks_exploded_keys(tables):
    connection, table = tables
    linker = Linker(
        DuckDBAPI(duckdb.connect()).register(table), splink_settings(MODEL.prior, MODEL.levels), log_level=None
    )
    batch = linker.inference.predict().as_duckdbpyrelation()
    expected = set(by_pair(batch, f"{UNIQUE_ID}_l", f"{UNIQUE_ID}_r", []))
    connection.register("rows", table.select(["record_number", "blocking_keys"]))
    found = connection.sql(
        "WITH k AS (SELECT record_number, unnest(blocking_keys) AS key FROM rows)"
        " SELECT DISTINCT l.record_number AS left_number, r.record_number AS right_number"
        " FROM k l JOIN k r USING (key) WHERE l.record_number < r.record_number"
    )
    assert set(by_pair(found, "left_number", "right_number", [])) == expected


def test_every_level_has_a_code_of_its_own_and_can_be_read_back():
    codes = [comparison.code(level) for comparison in COMPARISONS for level in comparison.levels]
    assert len(codes) == len(set(codes))
    for comparison in COMPARISONS:
        highest = len(comparison.levels) - 1
        assert [level_of(comparison, highest - place) for place in range(highest + 1)] == list(comparison.levels)
        assert level_of(comparison, -1) is None

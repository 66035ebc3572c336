"""Pairs are made ready to be scored from the numbers of their records."""

import re

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from resolver.linkage.columns import COMPARED_COLUMNS, TF_COLUMNS, comparable_table
from resolver.linkage.compared_pairs import ComparedRecords, records_in
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import shipped_model
from resolver.linkage.record_arrays import COLUMNS
from resolver.standardise.record import standardise


@pytest.fixture(scope="module")
def table(corpus):
    records = [standardise(record) for record in corpus[:300]]
    return comparable_table([(11 * place) % 301 for place in range(300)], records, shipped_model().frequencies)


@pytest.mark.parametrize("threads", [1, 3])
def test_pairs_are_found_by_the_numbers_of_records(table, threads):
    numbers = table["record_number"].to_numpy()
    one, other = np.divmod(np.arange(300 * 300), 300)
    found = ComparedRecords([table]).pairs(numbers[one], numbers[other], threads)
    assert found["left_number"].to_pylist() == numbers[one].tolist()
    assert found["right_number"].to_pylist() == numbers[other].tolist()
    given = np.stack([found[f"gamma_{comparison.name}"].to_numpy() for comparison in COMPARISONS], axis=1)
    assert np.array_equal(
        given, ComparedRecords([table.set_column(0, "record_number", pa.array(range(300)))]).vectors(one, other)
    )


def test_of_two_term_frequencies_the_greater_counts_and_one_of_none_is_missing(table):
    column = TF_COLUMNS[1]
    known = table.set_column(table.schema.get_field_index(column), column, pa.array([0.25, 0.5, None, None] * 75))
    numbers = known["record_number"].to_numpy()
    found = ComparedRecords([known]).pairs(numbers[[0, 1, 1, 2, 2]], numbers[[1, 0, 2, 1, 3]])
    assert found[column].to_pylist() == [0.5, 0.5, 0.5, 0.5, None]


def test_a_pair_of_a_record_that_is_not_there_is_refused(table):
    with pytest.raises(KeyError, match="not there"):
        ComparedRecords([table]).pairs(np.array([0]), np.array([301]))


def test_what_is_read_is_what_the_definition_names_and_no_more():
    conditions = [each.written_out(level.whole_condition) for each in COMPARISONS for level in each.levels]
    words = set(re.findall(r"\w+", " ".join([*conditions, *(each.nothing_to_compare for each in COMPARISONS)])))
    named = {column for column in COMPARED_COLUMNS if words & {f"{column}_l", f"{column}_r"}}
    assert set(COLUMNS) == {"record_number", *named, *TF_COLUMNS}


def test_of_no_records_there_are_no_pairs():
    none = np.zeros(0, np.int64)
    assert ComparedRecords([]).pairs(none, none).num_rows == 0


def test_the_records_of_a_table_are_read_some_numbers_at_a_time(table):
    numbers = np.array([3, 4, 60_000, 170_001, 200_000])
    few = table.slice(0, 5).set_column(0, "record_number", pa.array(numbers))
    with duckdb.connect() as connection:
        connection.register("comparable", few)
        found = records_in(connection, "comparable").pairs(numbers[[0, 1, 2]], numbers[[4, 3, 3]])
    assert found == ComparedRecords([few]).pairs(numbers[[0, 1, 2]], numbers[[4, 3, 3]])

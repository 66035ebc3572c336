"""Expectation maximisation looks at pairs that agree in something; common values do not drown the others."""

from collections import Counter
from itertools import combinations

import duckdb
import pyarrow as pa
import pytest
from splink import DuckDBAPI, Linker

from resolver.linkage.columns import comparable_table
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.em_blocks import EM_BLOCKS, EmBlock, block_values
from resolver.linkage.settings import splink_settings
from resolver.linkage.term_frequencies import count_terms
from resolver.standardise.record import standardise

BLOCK = EmBlock("value", "name", "the value")


def table(values):
    return pa.table({"value": values})


def pairs_of(column):
    places = {}
    for place, value in enumerate(column.to_pylist()):
        if value is not None:
            places.setdefault(value, []).append(place)
    return {pair for group in places.values() for pair in combinations(group, 2)}


def test_pairs_are_those_of_equal_values_and_of_the_first_entry_of_a_list():
    found = block_values(table(["a", "b", "a", None, "b", "a"]), BLOCK, seed=1)
    assert pairs_of(found.column) == {(0, 2), (0, 5), (2, 5), (1, 4)}
    assert (found.pairs, found.pairs_left_out) == (4, 0)
    lists = block_values(table([["a", "b"], ["a"], ["b", "a"], [], None]), BLOCK, seed=1)
    assert pairs_of(lists.column) == {(0, 1)}


def test_a_value_that_a_tenth_of_all_share_is_sampled_and_the_rest_is_not():
    values = ["common"] * 2_000 + [f"v{place % 6_000}" for place in range(18_000)]
    found = block_values(table(values), BLOCK, seed=1, most_pairs=500)
    kept = [place for place in range(2_000) if found.column[place].is_valid]
    assert len(kept) * (len(kept) - 1) // 2 <= 500 < (len(kept) + 1) * len(kept) // 2
    assert all(found.column[place].is_valid for place in range(2_000, 20_000))
    assert found.pairs == len(pairs_of(found.column))
    assert found.pairs + found.pairs_left_out == 2_000 * 1_999 // 2 + 6_000 * 3


def test_the_sample_is_that_of_the_seed():
    values = table(["common"] * 300)
    first, again, other = (block_values(values, BLOCK, seed, most_pairs=50).column for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_record_of_a_common_value_is_as_likely_to_be_kept():
    kept = Counter()
    for seed in range(400):
        column = block_values(table(["common"] * 30), BLOCK, seed, most_pairs=45).column
        kept.update(place for place in range(30) if column[place].is_valid)
    # 10 of 30 are kept; 400 draws have a standard deviation of 9.4.
    assert all(abs(kept[place] - 400 / 3) < 5 * 9.4 for place in range(30))


@pytest.mark.parametrize("block", EM_BLOCKS, ids=lambda block: block.column)
def test_a_session_estimates_everything_but_what_its_block_settles(corpus, block):
    records = [standardise(record) for record in corpus[:500]]
    rows = comparable_table(range(len(records)), records, count_terms(records))
    rows = rows.append_column(block.name, block_values(rows, block, seed=1).column)
    settings = splink_settings(1e-4) | {"blocking_rules_to_generate_predictions": []}
    linker = Linker(DuckDBAPI(duckdb.connect()).register(rows), settings, log_level=None)
    linker.training.estimate_parameters_using_expectation_maximisation(
        block.rule, estimate_without_term_frequencies=True
    )
    chart = linker.visualisations.parameter_estimate_comparisons_chart().chart_dict
    estimated = {each["comparison_name"] for each in chart["data"]["values"]}
    assert block.settles in {comparison.name for comparison in COMPARISONS}
    assert block.settles not in estimated
    assert {"sex", "father"} <= estimated


def test_what_one_block_settles_the_others_estimate():
    settled = [block.settles for block in EM_BLOCKS]
    assert len(settled) == len(set(settled)) > 1

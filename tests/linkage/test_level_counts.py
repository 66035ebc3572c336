"""What is counted of pairs is what Splink counts of them."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from splink import DuckDBAPI, Linker

from benchmarks.made_up import domain_record
from resolver.linkage.columns import comparable_table
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.level_counts import level_counts, level_shares
from resolver.linkage.model import shipped_model
from resolver.linkage.settings import splink_settings
from resolver.linkage.verdicts import smoothed_m
from resolver.standardise.record import standardise
from resolver.synthetic.generator import generate_records

RECORDS = 240


@pytest.fixture(scope="module")
def made():
    generated = list(generate_records(7, RECORDS))
    records = [standardise(domain_record(each)) for each in generated]
    table = comparable_table(range(RECORDS), records, shipped_model().frequencies)
    persons = [each.person for each in generated]
    pairs = [(one, other) for other in range(RECORDS) for one in range(other) if persons[one] == persons[other]]
    return table, persons, np.array(pairs, np.int64)


def test_shares_are_what_splink_calls_m_of_a_label(made):
    table, persons, pairs = made
    shares = level_shares(table, pairs, COMPARISONS)
    table = table.append_column("blocking_keys", pa.array([[]] * RECORDS, pa.list_(pa.uint64())))
    labelled = table.append_column("person", pa.array(persons, pa.string()))
    linker = Linker(DuckDBAPI(duckdb.connect()).register(labelled), splink_settings(1e-4), log_level=None)
    linker.training.estimate_m_from_label_column("person")
    seen = 0
    for comparison, described in zip(COMPARISONS, linker.misc.save_model_to_json()["comparisons"], strict=True):
        levels = [level for level in described["comparison_levels"] if not level.get("is_null_level")]
        for level, parameters in zip(comparison.levels, levels, strict=True):
            learned = parameters.get("m_probability")
            if level.weight is None and isinstance(learned, float):
                seen += 1
                assert shares[comparison.code(level)] == pytest.approx(learned, abs=1e-12), level.code
    assert seen > 30


def test_which_side_comes_first_does_not_matter_and_no_pair_is_no_level(made):
    table, _, pairs = made
    counts = level_counts(table, pairs, COMPARISONS)
    assert level_counts(table, pairs[:, ::-1], COMPARISONS) == counts
    assert sum(counts.values()) > len(pairs)
    assert set(level_counts(table, pairs[:0], COMPARISONS).values()) == {0}
    assert level_shares(table, pairs[:0], COMPARISONS) == {}


def test_a_level_that_verdicts_do_not_show_is_rare_and_not_impossible(made):
    table, _, pairs = made
    same = [(int(one), int(other)) for one, other in pairs]
    m = smoothed_m(table, same)
    shares = level_shares(table, pairs, COMPARISONS)
    unseen = [code for code, share in shares.items() if share == 0.0]
    assert unseen
    assert all(m[code] > 0.0 for code in unseen)
    assert all(m[code] < 0.01 for code in unseen if code.startswith("name."))
    for comparison in COMPARISONS:
        assert sum(m[comparison.code(level)] for level in comparison.levels) == pytest.approx(1.0)

"""The definition's SQL as Spark reads it. That it means the same there is shown by `tests/spark`, on a Spark."""

import re

import pytest
import sqlglot
from sqlglot import exp

from resolver.linkage.comparison import OTHERWISE
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import shipped_model
from resolver.linkage.pair_rules import CELL, IDENTIFYING
from resolver.linkage.settings import splink_settings
from resolver.linkage.spark_sql import MEASURES, condition_in_spark, in_spark, statement_for_spark

KNOWN = """ABS AGGREGATE ARRAY ARRAY_CONTAINS ARRAY_EXCEPT ARRAY_INTERSECT ARRAY_MAX ARRAYS_OVERLAP CAST COALESCE CONCAT
DAMERAU_LEVENSHTEIN DATEDIFF DECODE ENCODE FILTER FLATTEN FLOOR GREATEST JACCARD LEAST LENGTH LEVENSHTEIN
MEASURE_AGREEMENT SIZE STARTSWITH STRUCT SUBSTRING TRANSFORM"""
"""Functions that `tests/spark/test_functions.py` holds against DuckDB's, alone or within others."""
WORDS = {"AND", "OR", "NOT", "IN", "WHEN", "THEN", "ELSE", "CASE", "AS", "BETWEEN"}
CONDITIONS = [
    pytest.param(comparison, condition, id=f"{comparison.name}-{place}")
    for comparison in COMPARISONS
    for place, condition in enumerate(
        dict.fromkeys((comparison.nothing_to_compare, *(level.whole_condition for level in comparison.levels)))
    )
    if condition != OTHERWISE
]


def functions(sql):
    return {name.upper() for name in re.findall(r"(\w+)\(", sql)} - WORDS


def columns(sql):
    return set(re.findall(r"\b\w+_[lr]\b", sql))


@pytest.mark.parametrize(("comparison", "condition"), CONDITIONS)
def test_a_condition_reads_the_same_columns_with_functions_that_are_known_to_mean_the_same(comparison, condition):
    translated = condition_in_spark(comparison, condition)
    assert columns(translated) == columns(comparison.written_out(condition))
    assert functions(translated) <= set(KNOWN.split())
    assert "&&" not in translated


@pytest.mark.parametrize(("comparison", "condition"), CONDITIONS)
def test_a_condition_is_still_the_same_after_splink_has_read_and_written_it(comparison, condition):
    translated = condition_in_spark(comparison, condition)
    assert sqlglot.transpile(translated, read="spark", write="spark") == [translated]


@pytest.mark.parametrize("sql", [*MEASURES.values(), in_spark(CELL), in_spark(IDENTIFYING)])
def test_measures_and_rules_on_pairs_use_no_other_functions(sql):
    assert functions(sql) <= set(KNOWN.split())


@pytest.mark.parametrize(
    ("ours", "sparks"),
    [
        ("len(a)", "SIZE(a)"),
        ("length(a)", "LENGTH(a)"),
        ("u[1]", "SUBSTRING(u, 1, 1)"),
        ("u[3]", "SUBSTRING(u, 3, 1)"),
        ("part_bits_l[t]", "part_bits_l[t]"),
        ("list_has_any(a, b) OR c", "ARRAYS_OVERLAP(a, b) OR c"),
        ("list_has_any(a, list_intersect(b, c))", "ARRAYS_OVERLAP(a, ARRAY_INTERSECT(b, COALESCE(c, ARRAY())))"),
        ("list_has_all(a, b)", "SIZE(ARRAY_EXCEPT(b, a)) = 0"),
        ("date_diff('day', a, b)", "DATEDIFF(b, a)"),
        ("list_filter(a, lambda x: len(x) > 1)", "FILTER(a, x -> SIZE(x) > 1)"),
        ("(1 + 2)::TINYINT", "CAST((1 + 2) AS TINYINT)"),
    ],
)
def test_what_spark_calls_otherwise(ours, sparks):
    assert in_spark(ours) == sparks


def test_texts_are_compared_by_their_bytes_as_duckdb_does():
    one, other = (f"DECODE(ENCODE({text}, 'UTF-8'), 'ISO-8859-1')" for text in ("x", "y"))
    for name in ("damerau_levenshtein", "levenshtein", "jaccard"):
        assert in_spark(f"{name}(x, y)") == f"{name.upper()}({one}, {other})"


def test_a_measure_is_worked_out_once_for_all_levels_that_ask_about_it():
    (name,) = (each for each in COMPARISONS if each.measures)
    whens = " ".join(
        f"WHEN {condition_in_spark(name, level.whole_condition)} THEN {place}"
        for place, level in enumerate(name.levels)
        if level.condition != OTHERWISE
    )
    statement = (
        f"WITH sides AS (SELECT * FROM pairs), v AS (SELECT a_l, CASE {whens} END AS g FROM sides) SELECT * FROM v"
    )
    assert statement.lower().count("measure_agreement(") > 50
    tree = sqlglot.parse_one(statement_for_spark(statement), read="spark")
    assert not [each for each in tree.find_all(exp.Anonymous) if each.name.lower().startswith("measure_")]
    (column,) = [each for each in tree.find_all(exp.Alias) if each.alias == "measure_agreement"]
    assert column.this.sql("spark") == MEASURES["agreement"]
    (vectors,) = [each for each in tree.find_all(exp.Select) if each.parent and each.parent.alias == "v"]
    assert vectors.args["from_"].this.alias_or_name == "sides"
    assert vectors.named_selects == ["a_l", "g"]


def test_a_statement_without_measures_is_left_as_it_is_but_for_numbers_in_double_precision():
    statement = (
        "SELECT CAST(-1.5 AS DOUBLE) + CAST(1e-9 AS DOUBLE) + CAST('Infinity' AS DOUBLE) + CAST(a AS DOUBLE) FROM t"
    )
    assert (
        statement_for_spark(statement) == "SELECT -1.5D + 1e-9D + CAST('Infinity' AS DOUBLE) + CAST(a AS DOUBLE) FROM t"
    )


def test_settings_for_spark_are_those_for_duckdb_but_for_their_sql():
    model = shipped_model()
    usual = splink_settings(model.prior, model.levels)
    for_spark = splink_settings(model.prior, model.levels, condition=condition_in_spark)
    assert for_spark != usual
    for settings in (usual, for_spark):
        for comparison in settings["comparisons"]:
            for level in comparison["comparison_levels"]:
                del level["sql_condition"]
        settings["blocking_rules_to_generate_predictions"] = None
    assert for_spark == usual

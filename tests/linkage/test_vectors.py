"""The compiled comparison vectors are what the definition's SQL says."""

from datetime import date, timedelta
from random import Random

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from resolver.linkage import record_arrays as arrays
from resolver.linkage.columns import SCHEMA, comparable_table
from resolver.linkage.compared_pairs import ComparedRecords
from resolver.linkage.comparison import NOTHING_TO_COMPARE, filled
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import shipped_model
from resolver.linkage.record_arrays import COMPARED, record_arrays
from resolver.standardise.record import standardise
from tests.counts import count
from tests.linkage.stated_rows import table

RECORDS = 50
NAMES = ("mhmt", "mhmd", "ahmt", "abtlh", "abtlhm", "abtrhm", "hsn", "hsyn", "skrf", "sykrf", "an", "n", "бéт", "бет")
TEXTS = ("FRA:P:123456", "FRA:P:132456", "FRA:P:129956", "FRA:P:12345", "1985-03-04", "1985-04-03", "ab", "ba", "abc")
UNICODE = ("éa", "ea", "aé", "𐍈bcd", "bcd𐍈", "b𐍈cd", "écdé", "éd", "éé", "ééa", "éaé", "c", "cc")
REPEATING = ("aaa", "aab", "aaab", "aaac", "aaaac", "1111", "1112", "11112", "ab", "ac")
"""Texts one edit apart of whose bytes few are common."""
CODES = ("FRA", "SUN", "RUS", "XXA", "XXB", "XXC", "ESP", "PRT")


def some(draw, pool, most=3):
    """Some of a pool, mostly none, as a column of lists states it."""
    return draw.choices(pool, k=draw.randint(1, most)) if draw.random() < 0.5 else None


def stated(draw):
    """A record that states anything in any column, and often what others state."""
    texts = [column for column in COMPARED if SCHEMA.field(column).type == pa.list_(pa.string())]
    record = {column: some(draw, draw.choice([NAMES, TEXTS, UNICODE, REPEATING])) for column in texts}
    parts = sorted({*draw.choices(NAMES, k=draw.randint(1, 5))})
    names = [sorted({*draw.choices(parts, k=draw.randint(1, 4))}) for _ in range(draw.randint(1, 2))]
    born = date(1984, 1, 1) + timedelta(draw.choice([draw.randrange(4_000), 0, 731, 732]))
    known, named = draw.random() < 0.8, draw.random() < 0.8
    return record | {
        "name_parts": parts if named else None,
        "part_bits": [(part, draw.choice([0.0, 2.5, 6.0, 9.0, 13.25, 30.0])) for part in parts] if named else None,
        "part_sounds": [(part, draw.choice([part, "s", *NAMES])) for part in parts] if named else None,
        "name_tokens": names if named else None,
        "given_names": some(draw, parts if draw.random() < 0.7 else NAMES),
        "cut_parts": some(draw, [name[:2] for name in NAMES]) if draw.random() < 0.3 else None,
        "low_aliases": some(draw, NAMES),
        "fathers": some(draw, draw.choice([parts, NAMES, UNICODE, REPEATING]), 2),
        "mothers": some(draw, draw.choice([NAMES, UNICODE, REPEATING]), 1),
        "birth_days": some(draw, draw.choice([TEXTS, REPEATING]), 1),
        "birth_years": some(draw, range(1984, 1990), 2),
        "birth_from": born if known else None,
        "birth_to": born + timedelta(draw.choice([0, 0, 30, 364, 1826, 1827, 4_000])) if known else None,
        "nationalities": some(draw, CODES, 2),
        "nationality_codes": some(draw, CODES, 1),
        "birth_countries": some(draw, CODES, 1),
        "addresses": [draw.choices(NAMES[:9], k=draw.randint(1, 9)) for _ in range(2)] if known else None,
        "sex": draw.choice([None, "M", "F"]),
        "document_keys": some(draw, draw.choice([TEXTS, REPEATING]), 1),
    }


NOTHING = dict.fromkeys(COMPARED)


def by_sql(rows):
    """The vectors of each row with each, by the definition."""
    sides = ", ".join(f"{side}.{name} AS {name}_{side}" for side in "lr" for name in COMPARED)
    measures = ", ".join(f"{sql} AS {name}" for each in COMPARISONS for name, sql in each.measures.items())
    gammas = ", ".join(value_of(comparison) for comparison in COMPARISONS)
    with duckdb.connect() as connection:
        connection.register("incoming", rows)
        connection.execute("CREATE TABLE stated AS SELECT * FROM incoming")
        found = connection.execute(
            f"WITH sides AS (SELECT l.record_number AS one, r.record_number AS other, {sides} FROM stated l, stated r),"
            f" measured AS MATERIALIZED (SELECT *, {measures} FROM sides)"
            f" SELECT {gammas} FROM measured ORDER BY one, other"
        )
        return found.fetchall()


def value_of(comparison):
    """SQL for the comparison vector value, as Splink reads the levels."""
    whens = [f"WHEN {comparison.nothing_to_compare} THEN -1"]
    *conditioned, last = comparison.levels
    for level in conditioned:
        condition = filled(level.whole_condition, {name: name for name in comparison.measures})
        whens.append(f"WHEN {condition} THEN {comparison.gamma(level.code)}")
    return f"CASE {' '.join(whens)} ELSE {comparison.gamma(last.code)} END"


def compiled(rows):
    one, other = np.divmod(np.arange(rows.num_rows**2), rows.num_rows)
    return list(map(tuple, ComparedRecords([rows]).vectors(one, other).tolist()))


def test_they_are_those_of_the_sql_for_whatever_is_stated():
    draw, given = Random(3), set()
    for _ in range(count(8, 100)):
        rows = table([*(stated(draw) for _ in range(RECORDS)), NOTHING])
        found = compiled(rows)
        assert found == by_sql(rows)
        given |= {(comparison, value) for vector in found for comparison, value in enumerate(vector)}
    for place, comparison in enumerate(COMPARISONS):
        kinds = {comparison.gamma(level.code): level.kind or level.code for level in comparison.levels}
        assert {kind for value, kind in kinds.items() if (place, value) in given} == set(kinds.values())
        assert (place, NOTHING_TO_COMPARE) in given


def test_they_are_those_of_the_sql_for_made_up_records(corpus):
    records = [standardise(record) for record in corpus[:200]]
    rows = comparable_table(range(len(records)), records, shipped_model().frequencies)
    assert compiled(rows) == by_sql(rows)


def test_a_large_holding_is_numbered_a_part_at_a_time(corpus, monkeypatch):
    records = [standardise(record) for record in corpus[:60]]
    rows = comparable_table(range(len(records)), records, shipped_model().frequencies)
    whole = compiled(rows)
    monkeypatch.setattr(arrays, "ROWS_AT_ONCE", 7)
    assert compiled(rows) == whole


def test_a_record_with_one_end_of_its_time_of_birth_is_refused():
    with pytest.raises(ValueError, match="birth_from must be stated with birth_to"):
        record_arrays([table([NOTHING | {"birth_from": date(1985, 3, 4)}])])

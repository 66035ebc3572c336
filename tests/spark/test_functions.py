"""What the definition's functions give on Spark is what they give within DuckDB."""

import random

import duckdb
import pyarrow as pa
import pytest

from resolver.linkage.comparison import edited
from resolver.linkage.spark_sql import in_spark
from tests.counts import count

SIGNS = ("abdhkmnrst", "0123456789AB", "абвгджзий", "βγδεζ", "éñü", "أبتث", "𐐷𐐸a")
PAIRS = count(2_000, 20_000)


def texts(seed):
    """Pairs of texts, most of them an edit or two apart, in scripts of one to four bytes a sign."""
    rng = random.Random(seed)
    for _ in range(PAIRS):
        signs = rng.choice(SIGNS) + rng.choice(SIGNS)
        one = [rng.choice(signs) for _ in range(rng.randint(1, 9))]
        other = list(one)
        for _ in range(rng.randint(0, 3)):
            place = rng.randrange(len(other) + 1)
            match rng.randrange(4):
                case 0:
                    other.insert(place, rng.choice(signs))
                case 1 if len(other) > 1:
                    other.pop(place - 1)
                case 2:
                    other[place - 1] = rng.choice(signs)
                case _ if place < len(other):
                    other[place - 1], other[place] = other[place], other[place - 1]
        yield "".join(one), "".join(other)


@pytest.fixture(scope="module")
def table():
    one, other = zip(*texts(7), strict=True)
    lists = [sorted({x, y, x[:2]}) for x, y in zip(one, other, strict=True)]
    numbers = [[random.Random(at).uniform(0, 30) for _ in range(at % 5)] for at in range(PAIRS)]
    return pa.table(
        {
            "place": pa.array(range(PAIRS)),
            "x": one,
            "y": other,
            "ones": [lists[at] if at % 7 else None for at in range(PAIRS)],
            "others": [lists[at - at % 3] if at % 11 else None for at in range(PAIRS)],
            "bits": pa.array(numbers, pa.list_(pa.float32())),
            "first": pa.array([at * 37 % 40_000 if at % 5 else None for at in range(PAIRS)], pa.int32()).cast(
                pa.date32()
            ),
            "last": pa.array([at * 91 % 40_000 for at in range(PAIRS)], pa.int32()).cast(pa.date32()),
        }
    )


EXPRESSIONS = (
    "damerau_levenshtein(x, y)",
    "levenshtein(x, y)",
    "jaccard(x, y) >= 0.5",
    edited(1),
    "length(x)",
    "x[1]",
    "starts_with(x, y)",
    "len(ones)",
    "len(list_filter(ones, lambda s: length(s) > 3)) > 0",
    "coalesce(len(list_filter(ones, lambda s: starts_with(s, 'a'))) > 0, false)",
    "list_has_any(ones, others)",
    "coalesce(list_has_any(ones, list_intersect(ones, others)), false)",
    "len(list_intersect(ones, others))",
    "list_has_all(list_concat(coalesce(ones, []), coalesce(others, [])), others)",
    "list_has_all(coalesce(ones, []), coalesce(others, []))",
    "list_contains(ones, x)",
    "coalesce(list_sum(bits), 0)",
    "coalesce(list_sum(list_transform(bits, lambda b: least(b, 3.5))), 0)",
    "floor(coalesce(list_sum(bits), 0) * 7)::INTEGER",
    "greatest(floor(coalesce(list_sum(bits), 0) - 20), 0)",
    "list_max(list_transform(bits, lambda b: floor(b)::INTEGER))",
    "date_diff('day', first, last) < 1827",
    "greatest(date_diff('day', first, last), date_diff('day', last, first))",
    "first <= last",
)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_function_means_the_same(session, table, expression):
    connection = duckdb.connect()
    connection.register("texts", table)
    expected = connection.sql(f"SELECT place, {expression} FROM texts ORDER BY place").fetchall()
    session.createDataFrame(table).createOrReplaceTempView("texts")
    found = [
        tuple(row) for row in session.sql(f"SELECT place, {in_spark(expression)} FROM texts ORDER BY place").collect()
    ]
    assert len({value for _, value in expected}) > 1
    assert found == expected

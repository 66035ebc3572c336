"""What Spark is given of a holding, and what is taken back from it: whole, and of this run, or not at all."""

import json
import stat
from dataclasses import replace

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resolver.domain.errors import ErrorReason, Refused
from resolver.identity.link_table import NAMED
from resolver.identity.pairs import Pairs
from resolver.identity.partition import Pair
from resolver.identity.policy import STANDARD
from resolver.jobs.resolving import weighed_again, within_duckdb
from resolver.jobs.spark_exchange import (
    COLUMNS,
    PAIRS,
    SUMMARY,
    content_of_exchange,
    exchange_at,
    read_exchange,
    write_exchange,
)
from resolver.linkage.model import shipped_model
from resolver.linkage.record_arrays import COMPARED
from resolver.standardise.record import standardise
from resolver.store.configuration import Configuration
from resolver.store.content import content_of
from resolver.store.content_tables import content_tables

RECORDS = 120
WANTED = Configuration(shipped_model(), STANDARD)
WEIGHED = (Pair(3, 17, 12.25, True, 13), Pair(5, 6, -0.5, False, 22))


@pytest.fixture(scope="module")
def scratch(corpus):
    """The tables that pairs are made of, for records with the numbers 1 to `RECORDS`."""
    frequencies = WANTED.model.frequencies
    content = {number: content_of(record, frequencies) for number, record in enumerate(corpus[:RECORDS], start=1)}
    comparable, _, keys = content_tables(content, frequencies)
    with duckdb.connect() as connection:
        for name, rows in (("comparable", comparable), ("blocking_keys", keys)):
            connection.register("rows", rows)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM rows")
        yield connection


def answer(exchange, pairs=WEIGHED, content=None, records=RECORDS, candidates=7, told=None):
    """Writes what Spark would."""
    rows = [(pair.left, pair.right, pair.weight, pair.identifying, pair.cell) for pair in pairs]
    summary = (content or content_of_exchange(WANTED), records, candidates, len(rows) if told is None else told)
    for part, schema, lines in (("pairs", PAIRS, rows), ("summary", SUMMARY, [summary])):
        (exchange.folder / part).mkdir()
        columns = list(zip(*lines, strict=True)) if lines else [()] * len(schema)
        arrays = [pa.array(column, kind.type) for column, kind in zip(columns, schema, strict=True)]
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), exchange.folder / part / "part-0.parquet")


def test_spark_is_given_what_comparisons_read_and_no_more(tmp_path, scratch, corpus):
    with exchange_at(str(tmp_path)) as exchange:
        assert write_exchange(exchange, scratch, WANTED) == RECORDS
        written = pq.read_table(exchange.folder / "records")
        described = json.loads((exchange.folder / "exchange.json").read_text(encoding="utf-8"))
    assert described == {"content": content_of_exchange(WANTED), "records": RECORDS}
    beside = {"record_number", "blocking_keys", "kunya", "birth_locality", "contact"}
    assert set(written.column_names) == beside | set(COMPARED)
    assert "name_key" not in written.column_names
    for column in ("kunya", "birth_locality", "contact"):
        assert pa.types.is_float64(written.schema.field(column).type), "how rare a value is stands in its place"
    ours = scratch.table("comparable").order("record_number").select(", ".join(COLUMNS)).to_arrow_table()
    assert written.sort_by("record_number").select(COLUMNS).to_pylist() == ours.to_pylist()
    keys = {row["record_number"]: sorted(row["blocking_keys"] or []) for row in written.to_pylist()}
    held = scratch.sql("SELECT record_number, list(key ORDER BY key) FROM blocking_keys GROUP BY ALL").fetchall()
    assert {number: found for number, found in keys.items() if found} == dict(held)
    assert standardise(corpus[0]).name_forms[0] in ours["name_forms"][0].as_py()


def test_a_run_has_a_folder_of_its_own_that_is_its_owners_alone_and_goes_with_it(tmp_path):
    with exchange_at(str(tmp_path)) as one, exchange_at(tmp_path.as_uri()) as other:
        assert one.folder.parent == other.folder.parent == tmp_path
        assert one.folder != other.folder
        assert stat.S_IMODE(one.folder.stat().st_mode) == 0o700
        assert (one.address, one.elsewhere, other.elsewhere) == (one.folder.as_uri(), False, False)
    assert list(tmp_path.iterdir()) == []


def test_in_another_file_system_a_run_has_an_address_there_and_a_folder_here():
    with exchange_at("hdfs://name-node:8020/exchange/") as exchange:
        assert exchange.elsewhere
        assert exchange.address == f"hdfs://name-node:8020/exchange/{exchange.folder.name}"
        assert exchange.folder.is_dir()
    assert not exchange.folder.exists()


def test_where_nothing_can_be_written_it_is_said(tmp_path, scratch):
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match=r"file cannot be written: ") as refused, exchange_at(str(tmp_path / "file")):
        pass
    assert refused.value.reason is ErrorReason.EXCHANGE_INVALID
    with exchange_at(str(tmp_path)) as exchange:
        (exchange.folder / "records").touch()
        with pytest.raises(Refused, match="cannot be written, or is full") as refused:
            write_exchange(exchange, scratch, WANTED)
    assert refused.value.reason is ErrorReason.EXCHANGE_INVALID


def test_pairs_are_taken_back_as_spark_gave_them(tmp_path, scratch):
    with exchange_at(str(tmp_path)) as exchange:
        answer(exchange)
        weighed = read_exchange(exchange, scratch, WANTED)
    assert tuple(weighed.pairs) == WEIGHED
    assert weighed.candidates == 7


def test_no_pairs_are_an_answer_too(tmp_path, scratch):
    with exchange_at(str(tmp_path)) as exchange:
        answer(exchange, pairs=())
        assert not read_exchange(exchange, scratch, WANTED).pairs


OTHERS = {
    "another model": Configuration(replace(WANTED.model, name="models/other"), STANDARD),
    "another policy": Configuration(WANTED.model, replace(STANDARD, review_weight=3.0)),
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_was_made_for_another_model_or_policy_is_refused(tmp_path, scratch, other):
    with exchange_at(str(tmp_path)) as exchange:
        answer(exchange, content=content_of_exchange(OTHERS[other]))
        with pytest.raises(Refused, match="another model, policy or holding") as refused:
            read_exchange(exchange, scratch, WANTED)
    assert refused.value.reason is ErrorReason.EXCHANGE_INVALID


def cut_short(exchange):
    path = exchange.folder / "pairs" / "part-0.parquet"
    path.write_bytes(path.read_bytes()[:-20])


def of_other_columns(exchange):
    pq.write_table(pa.table({"left_number": [3]}), exchange.folder / "pairs" / "part-0.parquet")


def gone(exchange):
    (exchange.folder / "pairs" / "part-0.parquet").unlink()


DAMAGES = {
    "a file is cut short": ({}, cut_short),
    "a file has other columns": ({}, of_other_columns),
    "a file is gone": ({}, gone),
    "a pair is gone": ({"told": 3}, None),
    "a record is unknown": ({"pairs": (Pair(3, RECORDS + 1, 12.25),)}, None),
    "a pair is the wrong way round": ({"pairs": (Pair(17, 3, 12.25),)}, None),
    "a weight is missing": ({"pairs": (Pair(3, 17, None),)}, None),
    "a pair stands twice": ({"pairs": (Pair(3, 17, 12.25), Pair(3, 17, 12.5))}, None),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_refused(tmp_path, scratch, damage):
    answered, break_it = DAMAGES[damage]
    with exchange_at(str(tmp_path)) as exchange:
        answer(exchange, **answered)
        if break_it is not None:
            break_it(exchange)
        with pytest.raises(Refused, match="damaged or incomplete") as refused:
            read_exchange(exchange, scratch, WANTED)
    assert refused.value.reason is ErrorReason.EXCHANGE_INVALID


def test_what_spark_did_not_finish_is_refused(tmp_path, scratch):
    with exchange_at(str(tmp_path)) as exchange, pytest.raises(Refused, match="damaged or incomplete"):
        read_exchange(exchange, scratch, WANTED)


def test_records_that_spark_did_not_see_are_missed(tmp_path, scratch):
    with exchange_at(str(tmp_path)) as exchange:
        answer(exchange, records=RECORDS - 1)
        with pytest.raises(Refused, match="another model, policy or holding"):
            read_exchange(exchange, scratch, WANTED)


@pytest.fixture(scope="module")
def expected(scratch):
    weighed = within_duckdb(scratch, WANTED, lambda _: None)
    assert len(weighed.pairs) > 10
    return weighed


def given(expected, **changes):
    """What Spark would give of the pairs, the first of which it weighs otherwise."""
    first, *others = expected.pairs
    rounded = [replace(pair, weight=pair.weight + 3e-15) for pair in others]
    return replace(expected, pairs=Pairs.of((replace(first, **changes), *rounded)))


def test_pairs_are_stored_in_the_weights_of_the_one_scorer(scratch, expected):
    answered = given(expected, weight=expected.pairs[0].weight - 7e-7)
    assert answered.pairs != expected.pairs
    assert weighed_again(scratch, WANTED, answered, lambda _: None) == expected
    assert {name for (name,) in scratch.execute("SELECT table_name FROM duckdb_tables()").fetchall()} == {
        "comparable",
        "blocking_keys",
    }


@pytest.mark.parametrize("changes", [{"weight": 99.0}, {"identifying": None}, {"cell": 26}])
def test_an_engine_that_weighs_otherwise_is_refused(scratch, expected, changes):
    with pytest.raises(Refused, match="weighs pairs otherwise") as refused:
        weighed_again(scratch, WANTED, given(expected, **changes), lambda _: None)
    assert refused.value.reason is ErrorReason.SPARK_FAILED


def test_a_pair_that_counts_with_spark_alone_by_less_than_is_allowed_does_not_count(scratch, expected):
    weakest = min((pair for pair in expected.pairs if pair.cell not in NAMED), key=lambda pair: pair.weight)
    missed = Configuration(WANTED.model, replace(STANDARD, review_weight=weakest.weight + 5e-7))
    found = weighed_again(scratch, missed, expected, lambda _: None).pairs
    assert weakest not in found
    assert len(found) == len(expected.pairs) - 1
    heavier = Pairs.of(replace(pair, weight=pair.weight + (pair == weakest)) for pair in expected.pairs)
    with pytest.raises(Refused, match="weighs pairs otherwise"):
        weighed_again(scratch, missed, replace(expected, pairs=heavier), lambda _: None)

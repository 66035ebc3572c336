"""Peers: what they are given, how what they found is judged, and that none can hold up the others."""

import csv
import json
import sys

import pyarrow.parquet as parquet
import pytest

from benchmarks.peers import inputs as forms
from benchmarks.peers.environments import PeerFailed, run
from benchmarks.peers.peers import OUR_BATCH, _judged, peer_figures
from benchmarks.performance import holdings
from benchmarks.performance.record_files import read_records
from resolver.jobs.truth import TrueRecord, read_truth

RECORDS = 80
TRUTH = [TrueRecord(record, person) for record, person in (("a", "1"), ("b", "1"), ("c", "1"), ("d", "2"))]


@pytest.fixture(scope="module")
def holding(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holdings, "CACHE", tmp_path_factory.mktemp("cache"))
        yield holdings.holding(404, RECORDS, 20, lambda _: None)


@pytest.fixture(scope="module")
def folder(holding):
    return forms.inputs(holding, lambda _: None)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_arrives_is_not_in_the_store(holding):
    stored = {json.loads(line)["name"] for line in holding.lines.read_text(encoding="utf-8").splitlines()}
    arriving = [record.name for record in read_records(holding.arriving)]
    assert (len(stored), len(arriving)) == (RECORDS, 20)
    assert stored.isdisjoint(arriving)
    assert {each.record for each in read_truth(holding.truth)} == stored


def test_a_holding_is_made_once(holding):
    told = []
    assert holdings.holding(404, RECORDS, 20, told.append) == holding
    assert told == []


def test_all_forms_have_the_same_records_in_the_same_order(holding, folder):
    names = [record.name for record in read_records(folder / "records.pb")]
    assert [row["record"] for row in rows(folder / "flat.csv")] == names
    assert parquet.read_table(folder / "names.parquet")["name"].to_pylist() == names
    assert parquet.read_table(folder / "comparable.parquet")["record_number"].to_pylist() == list(range(RECORDS))
    assert len(rows(folder / "anonymous.csv")) == RECORDS


def test_the_flat_table_has_no_truth_and_is_in_latin_letters(folder):
    table = rows(folder / "flat.csv")
    assert set(table[0]) == set(forms._COLUMNS)
    assert all(row["name"].isascii() for row in table)
    assert all(len(row["birth_date"]) in (0, 10) for row in table)


def test_one_record_and_thirty_to_compare_with_it(folder):
    left, right = (parquet.read_table(folder / f"pair_{side}.parquet")["record_number"] for side in ("left", "right"))
    assert left.to_pylist() == [0]
    assert len(set(right.to_pylist()) - {0}) == 30


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("groups.csv", "record,group\na,1\nb,1\nd,1\n", (3, 3, 1)),
        ("groups.csv", "record,group\n", (3, 0, 0)),
        ("pairs.csv", "left,right\na,b\nb,a\nc,d\n", (3, 2, 1)),
    ],
)
def test_what_a_peer_found_is_judged_by_pairs(tmp_path, name, text, expected):
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = _judged(tmp_path, TRUTH)
    assert (found.true, found.merged, found.right) == expected


def test_our_batch_run_is_measured_like_any_other(holding):
    found = peer_figures(OUR_BATCH, holding, 1, 120.0, lambda _: None)
    assert not found.problem
    assert set(found.steps) == {"standardising", "resolving"}
    assert found.peak_mib > 0
    assert found.pairs.precision > 0.9


def test_a_peer_is_ended_when_its_time_is_over():
    with pytest.raises(PeerFailed, match="its share of time"):
        run([sys.executable, "-c", "import time; time.sleep(600)"], 0.5)


def test_a_peer_that_fails_says_why():
    with pytest.raises(PeerFailed, match="failed: ValueError: no"):
        run([sys.executable, "-c", "raise ValueError('no')"], 60.0)

"""The ways of the benchmark do the same work, and its figures say what was measured."""

import json
from dataclasses import asdict, replace

import pyarrow.parquet as pq
import pytest

from benchmarks import bulk_load
from benchmarks.reresolving import stores
from benchmarks.reresolving.__main__ import _ran
from benchmarks.reresolving.figures import Size, exponent, read_sizes
from benchmarks.reresolving.page import page
from benchmarks.reresolving.phases import Phases, Spent, Told, phase_of, read_told
from benchmarks.reresolving.plot import plot
from benchmarks.stamp import stamp

RECORDS = 250


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for module in (stores, bulk_load):
            patch.setattr(module, "CACHE", tmp_path_factory.mktemp("cache"))
        yield stores.loaded_store(404, RECORDS, lambda _: None)


def test_each_way_resolves_the_same_pairs_and_tells_its_phases(store):
    ours, splink, helped, plan = (_ran(way, store, "1GB", 1) for way in ("tables", "splink", "splink_helped", "plan"))
    assert list(ours.phases) == ["reading", "finding candidate pairs", "scoring candidate pairs", "uniting"]
    assert list(splink.phases) == list(helped.phases) == ["reading", "predict", "clustering"]
    assert {"reading the records", "scoring candidate pairs", "comparing with what is there"} <= set(plan.phases)
    assert (splink.pairs, splink.groups) == (helped.pairs, helped.groups)
    # Ours keeps pairs that the link table names, too, and rules part some groups.
    assert helped.pairs <= ours.pairs <= helped.pairs * 1.2
    assert abs(helped.groups - ours.groups) < 10
    assert all(told.peak > 0 and told.work.wall > 0 for told in (ours, splink, helped, plan))


def test_tables_that_no_store_holds_state_what_those_of_a_store_do(store, monkeypatch):
    monkeypatch.setattr(stores, "CACHE", store.folder.parent)
    monkeypatch.setattr(bulk_load, "CACHE", store.folder.parent)
    lone = stores.lone_tables(404, RECORDS, lambda _: None)
    assert (lone.holding, store.holding) == (RECORDS, 450_000)
    assert sorted(each.name for each in lone.folder.iterdir()) == ["comparable.parquet", "facts.parquet"]
    kept = [
        pq.read_table(tables.folder / "comparable.parquet")
        .drop_columns(["blocking_keys"])
        .sort_by("record_number")
        .to_pylist()
        for tables in (lone, store)
    ]
    assert kept[0] == kept[1]
    more, fewer = (_ran("tables", tables, "1GB", 1) for tables in (lone, store))
    assert more.candidates > fewer.candidates


def told(seconds, groups=10):
    return Told({"reading": Spent(99.0, 99.0), "scoring": Spent(seconds, 2 * seconds)}, 500.0, 1_000, 100, groups)


def size(records, seconds, splink=None):
    return Size(
        records=records,
        memory="4GB",
        threads=2,
        stamp=stamp(),
        busy=2.0,
        ours=told(seconds),
        helped=told(seconds / 2),
        splink=splink,
        plan=told(seconds * 1.5),
        tight="1GB",
        tight_plan=told(seconds * 3),
        ratios=(1.9, 2.0, 2.3),
    )


def test_reading_is_not_compared_and_the_ratio_is_that_of_single_runs():
    one = size(1_000, 4.0)
    assert one.ours.work == Spent(4.0, 8.0)
    assert (one.ratio, one.cpu_ratio, one.plan_ratio, one.as_it_is_ratio) == (2.0, 2.0, 3.0, None)
    assert replace(one, splink=told(80.0)).as_it_is_ratio == pytest.approx(0.05)


def test_the_exponent_is_that_of_the_power():
    grown, factor = exponent([(n, 3e-6 * n**1.5) for n in (1_000, 4_000, 9_000)])
    assert grown == pytest.approx(1.5)
    assert factor == pytest.approx(3e-6)


def test_the_page_and_the_picture_show_every_size(tmp_path):
    alone = replace(size(9_000, 108.0), helped=None, plan=None, tight_plan=None, ratios=(), holding=9_000)
    sizes = [size(1_000, 4.0, told(90.0)), size(4_000, 32.0), alone]
    text = page(sizes)
    assert "| 1,000 | 450,000 | 1,000 | 100 | 4.0 | 2.0 | 2.00 | 1.90, 2.00, 2.30 | 2.00 | no | 90.0 | 0.044 |" in text
    assert "| 9,000 | 9,000 | 1,000 | 100 | 108.0 | – | – | – | – | – | – | – | – | – | 2 |" in text
    assert "this project, same tables 1.50, Splink, agreement of names once 1.50" in text
    plot(sizes, tmp_path / "plot.svg")
    assert (tmp_path / "plot.svg").stat().st_size > 5_000
    written = tmp_path / "sizes.json"
    written.write_text(json.dumps([asdict(each) for each in sizes]), encoding="utf-8")
    assert read_sizes(written) == sizes


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("scoring 1,234 candidate pairs, 5 %", "scoring candidate pairs"),
        ("standardising, 12,000 records", "standardising records"),
        ("uniting", "uniting"),
    ],
)
def test_a_phase_has_its_name_from_what_work_says(words, name):
    assert phase_of(words) == name


def test_phases_of_one_name_count_as_one(capsys):
    phases = Phases()
    for words in ("scoring 10 pairs", "scoring 10 pairs, 50 %", "uniting", "scoring 20 pairs"):
        phases.told(words)
    phases.write(1, 2, 3)
    found = read_told(capsys.readouterr().out)
    assert list(found.phases) == ["scoring pairs", "uniting"]
    assert (found.candidates, found.pairs, found.groups) == (1, 2, 3)

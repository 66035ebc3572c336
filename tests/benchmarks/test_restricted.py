"""The same records without and with restricted ones, side by side."""

import json

import pytest

from benchmarks import restricted
from benchmarks.performance import holdings, server
from benchmarks.performance.load import StreamFigures
from tests.benchmarks.examples import calls, performance


def a_round(p99, rate):
    return restricted.Round(calls(p99=p99), StreamFigures(100, 500, rate, 1.0, 0.1))


@pytest.fixture
def stores(tmp_path, monkeypatch):
    for module in (holdings, server):
        monkeypatch.setattr(module, "CACHE", tmp_path)
    return [
        holdings.store(holdings.holding(404, 40, 30, lambda _: None, share), lambda _: None) for share in (0.0, 0.5)
    ]


def test_a_ratio_is_that_within_a_round_and_more_than_one_where_restricted_records_cost_more():
    found = restricted.figures(
        [a_round(20.0, 500.0), a_round(40.0, 250.0), a_round(10.0, 400.0)],
        [a_round(30.0, 400.0), a_round(44.0, 200.0), a_round(11.0, 100.0)],
    )
    (p99,) = [each for each in found if "p99" in each.what]
    (rate,) = [each for each in found if "records/s" in each.what]
    assert (p99.without, p99.restricted, p99.ratio) == (20.0, 30.0, pytest.approx(1.1))
    assert (rate.without, rate.restricted, rate.ratio) == (400.0, 200.0, pytest.approx(1.25))
    lines = list(restricted.page(performance().stamp, 3, 1.5, found))
    assert [line.split(" | ")[-1] for line in lines if "1.2 at most" in line] == ["yes |", "no |"]


def test_both_servers_have_their_turns_with_the_same_records(stores, monkeypatch):
    lists = [[json.loads(line) for line in each.holding.lines.read_text().splitlines()] for each in stores]
    allowed = [[one.pop("handling", {}).get("allowedCountries") for one in each] for each in lists]
    assert lists[0] == lists[1]
    assert not any(allowed[0])
    assert 5 < sum(map(bool, allowed[1])) < 35
    for name, value in {"_FIRST_CALLS": 1, "_CALLS": 2, "_STREAMED": 6, "_MESSAGE": 3}.items():
        monkeypatch.setattr(restricted, name, value)
    found = restricted.measured(stores, 2, lambda _: None)
    assert [[(each.calls.latency.calls, each.stream.records) for each in rounds] for rounds in found] == [
        [(2, 6)] * 2
    ] * 2

"""What is asked, against what was measured: reached, missed, or nothing to be said."""

from dataclasses import replace

import pytest

from benchmarks.feed_consumers import FeedFigures
from benchmarks.performance.asked import asked_figures
from benchmarks.performance.figures import LoadFigures
from benchmarks.performance.load import StreamFigures
from benchmarks.performance.plan import FULL, QUICK
from tests.benchmarks.examples import a_store, calls, performance

BESIDE = StreamFigures(500, 9, 1.0, 1.0, 1.0)


def line(found, begins):
    (one,) = [each for each in asked_figures(found) if each.what.startswith(begins)]
    return one


def load(screening=None, beside=None, outlasted=True):
    return LoadFigures((calls(20.0),), screening or calls(500.0), beside or calls(5.0), BESIDE, outlasted)


def at(records, **of):
    return {"stores": (a_store(records // 10), a_store(records, **of))}


@pytest.mark.parametrize(
    ("begins", "changed", "met"),
    [
        ("`ResolveRecords`", at(450_000), True),
        ("`ResolveRecords`", at(450_000, rate=1_999.0), False),
        ("`ResolveRecords`", at(18_000), None),
        ("`ResolveRecords`", at(18_000, rate=1_999.0), False),
        ("`ResolveRecord`, durable", at(450_000, p50=10.0, p99=30.0), True),
        ("`ResolveRecord`, durable", at(450_000, p50=10.1, p99=30.0), False),
        ("`ResolveRecord`, durable", at(450_000, p50=10.0, p99=30.1), False),
        ("`ResolveRecord`, durable", at(450_000, lost=1), False),
        ("screening", {"plan": FULL}, True),
        ("screening", {"plan": QUICK}, None),
        ("screening", {"plan": FULL, "load": load(screening=calls(500.0, lost=1))}, False),
        ("screening", {"plan": FULL, "load": load(screening=calls(500.0, p99=51.0))}, False),
        ("`ResolveRecord` under", {"load": load(beside=calls(5.0, p99=149.0))}, True),
        ("`ResolveRecord` under", {"load": load(beside=calls(5.0, p99=151.0))}, False),
        ("`ResolveRecord` under", {"load": load(outlasted=False)}, None),
        ("compiled", {"scoring": 1.5}, True),
        ("compiled", {"scoring": 1.6}, False),
        ("growth", at(450_000), None),
        ("growth", {"stores": (a_store(450_000, p99=20.0), a_store(4_500_000, p99=30.0))}, True),
        ("growth", {"stores": (a_store(450_000, p99=20.0), a_store(4_500_000, p99=30.1))}, False),
        ("memory", at(450_000, peak=2_049.0), False),
        ("memory", at(450_000, peak=2_048.0), True),
        ("start", at(450_000, start=5.1), False),
        ("batch run", {}, None),
        ("batch run", {"re_resolved": (300_000, 1.4)}, None),
        ("batch run", {"re_resolved": (1_000_000, 1.3)}, True),
        ("batch run", {"re_resolved": (1_000_000, 1.4)}, False),
        ("250 idle", {}, True),
        ("250 idle", {"feed": FeedFigures(250, 0.02, 0.06, 0.26, 0.03, 0.05)}, False),
    ],
)
def test_what_is_met(begins, changed, met):
    assert line(performance(**changed), begins).met is met


def test_lost_calls_are_told():
    found = performance(load=load(screening=calls(500.0, lost=7)))
    assert "7 of 200 lost" in line(found, "screening").measured


def test_our_batch_run_is_held_against_what_splink_did_with_the_same_records():
    assert line(performance(), "batch run").measured == "1.20 times"
    assert line(performance(), "batch run").met is None, "it is asked of more records"
    slower = [
        replace(each, steps={**each.steps, "resolving": 6.6}) if "resolving" in each.steps else each
        for each in performance().peers
    ]
    assert line(performance(peers=tuple(slower)), "batch run").met is False


def test_without_peers_nothing_is_said_of_them():
    assert line(performance(peers=()), "batch run").measured == "not measured"

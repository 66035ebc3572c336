"""Figures as a measurement would give them."""

from benchmarks.feed_consumers import FeedFigures
from benchmarks.hub import HubFigures
from benchmarks.peers.peers import FLAT, OUR_BATCH, SPLINK, PeerFigures
from benchmarks.performance.figures import LoadFigures, Performance, StoreFigures
from benchmarks.performance.latency import Latency
from benchmarks.performance.load import CallFigures, StreamFigures
from benchmarks.performance.plan import QUICK
from benchmarks.performance.scoring import ScoringFigures
from benchmarks.performance.usage import Memory
from benchmarks.stamp import Stamp
from resolver.jobs.evaluation import PairFigures

TOLD_SOON = FeedFigures(250, 0.02, 0.06, 0.12, 0.03, 0.05)


def latency(p50=8.0, p99=25.0, lost=0):
    return Latency(200, lost, p50, p50 + 5, p99, p99 + 5)


def calls(rate=0.0, **of):
    found = latency(**of)
    return CallFigures(rate, found, {"DEADLINE_EXCEEDED": found.lost} if found.lost else {}, 0.4, 9.0, 0.3)


def a_store(records, rate=2_500.0, start=3.0, peak=900.0, **of):
    streams = (StreamFigures(100, 3_000, rate / 2, 0.8, 0.1), StreamFigures(1_000, 3_000, rate, 0.4, 0.1))
    memory = Memory(peak - 100, peak)
    return StoreFigures(records, 700.0, start, latency(p50=40.0), calls(**of), streams, memory, memory, 2_048)


def peer(which, records, problem="", **steps):
    pairs = None if problem else PairFigures(true=100, merged=80, right=60)
    each = {"score_pairs": 97.0, "predict_between": 266.0} if which == SPLINK else {}
    return PeerFigures(which, records, 0 if problem else 1, "1.2.3", steps, each, 5.0, 300, pairs, problem)


def performance(stores=None, load=None, scoring=1.2, peers=None, plan=QUICK, feed=TOLD_SOON, re_resolved=None):
    return Performance(
        stamp=Stamp("abc1234", "2026-01-01T00:00:00+00:00", 2, "x86_64", "A processor", 24.0, "3.11.0"),
        versions={"duckdb": "1.5.5"},
        model="models/m",
        plan=plan,
        stores=stores or (a_store(45_000), a_store(450_000)),
        load=load or LoadFigures((calls(20.0),), calls(500.0), calls(5.0), StreamFigures(500, 9, 1.0, 1.0, 1.0), True),
        scoring=(ScoringFigures(30, scoring, 9.0), ScoringFigures(1_000, 4.0, 12.0)),
        hub=HubFigures(0.02, 0.3, 0.1),
        feed=feed,
        peers=peers
        if peers is not None
        else (
            peer(OUR_BATCH, 18_000, standardising=6.0, resolving=6.0),
            peer(SPLINK, 18_000, reading=1.0, predict=4.0, clustering=1.0),
            peer(OUR_BATCH, 6_000, standardising=1.0, resolving=1.0),
            peer(FLAT[0], 6_000, compare=4.0),
            peer(FLAT[1], 6_000, problem="ended after 60 s, its share of time"),
        ),
        profiles=("performance-stream.txt",),
        seconds=600,
        re_resolved=re_resolved,
    )

"""Takes all figures of a plan, each kind on a server and a copy of the store of its own."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from benchmarks.feed_consumers import feed_figures
from benchmarks.hub import hub_figures
from benchmarks.peers.peers import FLAT, OUR_BATCH, SPLINK, PeerFigures, peer_figures
from benchmarks.performance import client
from benchmarks.performance.client import Called, Streamed
from benchmarks.performance.figures import LoadFigures, Performance, StoreFigures
from benchmarks.performance.holdings import Progress, Store, holding, store
from benchmarks.performance.latency import median_run
from benchmarks.performance.load import CallFigures, StreamFigures, call, call_figures, stream, stream_figures
from benchmarks.performance.load import client as started
from benchmarks.performance.opening import opening_text
from benchmarks.performance.plan import SEED, Plan
from benchmarks.performance.profiling import profile_of, profile_text, start_profile
from benchmarks.performance.scoring import scoring_costs_text, scoring_figures
from benchmarks.performance.server import Served, served
from benchmarks.performance.usage import cpu_seconds, memory
from benchmarks.reresolving.figures import FIGURES, read_sizes
from benchmarks.stamp import stamp
from resolver.linkage.model import shipped_model

COLD_CALLS = 20
DEADLINE = 5.0
STREAM_PATIENCE = 120.0
USUAL_MESSAGE = 500
BESIDE_RATE = 5.0
_AT_ONCE = 2_000
"""Different records that calls without storing repeat."""
PACKAGES = ("duckdb", "splink", "grpcio", "pyarrow", "numpy", "protobuf")
PEERS_WITH_DEDUPE = "dedupe"


def measured(plan: Plan, profiles: Path, *, peers: bool, progress: Progress) -> Performance:
    """All figures; `profiles` is the folder for profiles."""
    begun, now = time.monotonic(), stamp()
    stores = [store(holding(SEED, size, plan.arrivals, progress), progress) for size in plan.sizes]
    figures = tuple(_store(each, plan, progress) for each in stores)
    load = _load(stores[-1], plan, progress)
    progress("compiled scoring")
    scoring = scoring_figures(stores[-1])
    progress("one more record for very many that hang together")
    hub = hub_figures()
    progress("consumers of the feed")
    feed = feed_figures()
    names = profiled(stores[-1], plan, profiles, progress)
    beside = _peers(plan, progress) if peers else ()
    return Performance(
        stamp=now,
        versions={name: version(name) for name in PACKAGES},
        model=shipped_model().name,
        plan=plan,
        stores=figures,
        load=load,
        scoring=scoring,
        hub=hub,
        feed=feed,
        peers=beside,
        profiles=names,
        seconds=round(time.monotonic() - begun),
        re_resolved=_re_resolved(),
    )


def _re_resolved() -> tuple[int, float] | None:
    sizes = read_sizes(FIGURES) if FIGURES.exists() else []
    beside_splink = [(each.records, each.ratio) for each in sizes if each.ratio is not None]
    return max(beside_splink, default=None)


class _Arriving:
    """Gives each plan records that no earlier one on the same server had."""

    def __init__(self, of: Store, on: Served) -> None:
        self._file, self._address, self._next = str(of.holding.arriving), on.address, 0

    def plan(self, records: int, message: int = 0, rate: float = 0.0, seconds: float = 0.0) -> client.Plan:
        """A plan for the next `records` records."""
        first, self._next = self._next, self._next + records
        deadline = STREAM_PATIENCE if message else DEADLINE
        return client.Plan(self._address, self._file, first, records, message, rate, seconds, deadline=deadline)


def _store(of: Store, plan: Plan, progress: Progress) -> StoreFigures:
    title = f"a store of {of.holding.records:,}"
    largest = of.holding.records == plan.largest
    starts: list[float] = []
    with served(of) as on:
        starts.append(on.start)
        after_start = memory(on.process)
        arriving = _Arriving(of, on)
        progress(f"{title}: the first calls")
        cold = call(on, arriving.plan(COLD_CALLS))
        warm = []
        for run in range(plan.runs):
            progress(f"{title}: calls one after another, run {run + 1} of {plan.runs}")
            warm.append(call(on, arriving.plan(_most_calls(plan), seconds=plan.call_seconds)))
    streams = []
    for message in plan.messages if largest else (USUAL_MESSAGE,):
        with served(of) as on:
            starts.append(on.start)
            arriving = _Arriving(of, on)
            progress(f"{title}: streams of {message:,} records a message")
            runs = [stream(on, arriving.plan(plan.streamed, message)) for _ in range(plan.runs)]
            streams.append(_median_stream(runs))
            after_streams = memory(on.process)
    return StoreFigures(
        records=of.holding.records,
        filled=of.records_per_second,
        start=statistics.median(starts),
        cold=cold.latency,
        warm=_median_calls(warm),
        streams=tuple(streams),
        started=after_start,
        streamed=after_streams,
        file=round(of.path.stat().st_size / of.holding.records),
    )


def _most_calls(plan: Plan) -> int:
    """Records that a run of calls one after another may use, such that all runs find some."""
    return (plan.arrivals - COLD_CALLS) // (2 * plan.runs)


def _load(of: Store, plan: Plan, progress: Progress) -> LoadFigures:
    calls = []
    for rate in plan.rates:
        progress(f"calls that arrive at {rate:g}/s")
        with served(of) as on:
            arriving = _Arriving(of, on)
            call(on, arriving.plan(COLD_CALLS))
            calls.append(call(on, arriving.plan(_expected(rate, plan.call_seconds), 0, rate, plan.call_seconds)))
    progress(f"screening at {plan.screen_rate:g}/s for {plan.screen_seconds:g} s")
    with served(of) as on:
        arriving = _Arriving(of, on)
        call(on, arriving.plan(COLD_CALLS))
        screen = arriving.plan(_AT_ONCE, 0, plan.screen_rate, plan.screen_seconds)
        screening = call(on, replace(screen, validate_only=True))
    progress("calls beside a stream")
    with served(of) as on:
        beside, beside_stream, outlasted = _beside(of, on, plan)
    return LoadFigures(tuple(calls), screening, beside, beside_stream, outlasted)


def _beside(of: Store, on: Served, plan: Plan) -> tuple[CallFigures, StreamFigures, bool]:
    arriving = _Arriving(of, on)
    call(on, arriving.plan(COLD_CALLS))
    calls = arriving.plan(_expected(BESIDE_RATE, plan.beside_seconds), 0, BESIDE_RATE, plan.beside_seconds)
    records = plan.arrivals - COLD_CALLS - calls.count
    streamed = arriving.plan(records, USUAL_MESSAGE)
    with started(calls) as caller, started(streamed) as sender:
        before = cpu_seconds(on.process)
        sender.begin()
        sender.wait_for("flowing")
        caller.begin()
        called = Called(**caller.figures())  # type: ignore[arg-type]
        sent = Streamed(**sender.end())  # type: ignore[arg-type]
        used = cpu_seconds(on.process) - before
    # What the server used cannot be told apart; it is told with the stream, which is nearly all of it.
    return call_figures(calls, called, 0.0), stream_figures(streamed, sent, used), sent.records < records


def _expected(rate: float, seconds: float) -> int:
    """Records for calls at a rate: more than come, except once in very many runs."""
    mean = rate * seconds
    return int(mean + 6 * mean**0.5) + 10


def profiled(of: Store, plan: Plan, folder: Path, progress: Progress) -> tuple[str, ...]:
    """Writes profiles: of the writer under each kind of load, of the scorer, of the start. Returns the files' names."""
    folder.mkdir(parents=True, exist_ok=True)
    seconds = float(plan.profile_seconds)
    kinds: tuple[tuple[str, str, Callable[[_Arriving], client.Plan]], ...] = (
        ("stream", "a stream", lambda next_: next_.plan(plan.arrivals // 2, USUAL_MESSAGE)),
        ("calls", "durable calls, one in flight", lambda next_: next_.plan(plan.arrivals // 2, seconds=2 * seconds)),
        (
            "screening",
            "calls that store nothing, one in flight",
            lambda next_: replace(next_.plan(_AT_ONCE, seconds=2 * seconds), validate_only=True),
        ),
    )
    names = []
    for kind, title, plan_of in kinds:
        progress(f"profile of the writer: {title}")
        with served(of) as on:
            arriving = _Arriving(of, on)
            call(on, arriving.plan(COLD_CALLS))
            with started(plan_of(arriving)) as working:
                working.begin()
                if kind == "stream":
                    working.wait_for("flowing")
                raw = folder / f"{kind}.raw"
                start_profile(on, plan.profile_seconds, raw).communicate()
        text = profile_text(
            profile_of(raw.read_text(encoding="utf-8").splitlines()),
            f"The writer under {title}, a store of {of.holding.records:,} records",
        )
        raw.unlink()
        path = folder / f"{plan.name}-{kind}.txt"
        path.write_text(text, encoding="utf-8")
        names.append(path.name)
    for kind, told in (("scoring", scoring_costs_text), ("start", opening_text)):
        progress(f"profile: {kind}")
        path = folder / f"{plan.name}-{kind}.txt"
        path.write_text(told(of), encoding="utf-8")
        names.append(path.name)
    return tuple(names)


def _peers(plan: Plan, progress: Progress) -> tuple[PeerFigures, ...]:
    sizes = {plan.splink_records: [SPLINK], plan.flat_records: [], plan.dedupe_records: []}
    for peer in FLAT:
        sizes[plan.dedupe_records if peer.name == PEERS_WITH_DEDUPE else plan.flat_records].append(peer)
    return tuple(
        peer_figures(peer, holding(SEED, size, plan.arrivals, progress), plan.peer_runs, plan.peer_limit, progress)
        for size, peers in sizes.items()
        for peer in (OUR_BATCH, *peers)
    )


def _median_calls(runs: Sequence[CallFigures]) -> CallFigures:
    lost = {status: sum(run.lost.get(status, 0) for run in runs) for run in runs for status in run.lost}
    middle = {name: _median([getattr(run, name) for run in runs]) for name in ("sent_late", "server_cpu", "client_cpu")}
    return CallFigures(runs[0].rate, median_run([run.latency for run in runs]), lost, **middle)


def _median_stream(runs: Sequence[StreamFigures]) -> StreamFigures:
    middle = {
        name: _median([getattr(run, name) for run in runs])
        for name in ("records_per_second", "server_cpu", "client_cpu")
    }
    return StreamFigures(runs[0].message, sum(run.records for run in runs), **middle)


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 2)

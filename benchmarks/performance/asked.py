"""What is asked of the service's performance, beside what was measured, and on what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.feed_consumers import CONSUMERS
from benchmarks.peers.peers import OURS, SPLINK, PeerFigures
from benchmarks.performance.figures import Performance
from benchmarks.performance.latency import Latency

HOLDING, GROWN, BULK = 450_000, 4_500_000, 1_000_000
STREAM = 2_000.0
UNARY_P50, UNARY_P99 = 10.0, 30.0
SCREEN_P99, SCREEN_SECONDS, SCREEN_RATE = 50.0, 60.0, 500.0
BESIDE_P99 = 150.0
SCORING, SCORED = 1.5, 30
GROWTH = 1.5
AGAINST_SPLINK = 1.3
MEMORY = 2_048.0
START = 5.0
TOLD = 250.0


@dataclass(frozen=True, slots=True)
class AskedFigure:
    """One line of the table; `met` is None where nothing can be said: not measured, or at a smaller size."""

    what: str
    asked: str
    measured: str
    met: bool | None
    measured_on: str


def asked_figures(found: Performance) -> tuple[AskedFigure, ...]:
    """The whole table, in the order of the design. What is missed at a smaller size is missed at the asked one too."""
    return tuple(_lines(found))


def _lines(found: Performance) -> Iterator[AskedFigure]:
    largest, load, plan = found.largest, found.load, found.plan
    at = f"{largest.records:,} records"
    size = largest.records

    stream = largest.stream
    yield AskedFigure(
        "`ResolveRecords` stream, durable",
        f"{STREAM:,.0f} records/s at {HOLDING:,}",
        f"{stream.records_per_second:,.0f} records/s",
        _met(stream.records_per_second >= STREAM, size >= HOLDING),
        f"{at}, {stream.message:,} a message, {plan.taken}",
    )
    warm = largest.warm.latency
    yield AskedFigure(
        "`ResolveRecord`, durable, one in flight",
        f"p50 {UNARY_P50:g} ms, p99 {UNARY_P99:g} ms",
        f"p50 {warm.p50:,.1f} ms, p99 {warm.p99:,.1f} ms{_lost(warm)}",
        _met(warm.p50 <= UNARY_P50 and warm.p99 <= UNARY_P99 and not warm.lost, size >= HOLDING),
        f"{at}, {warm.calls:,} calls, {plan.taken}",
    )
    screen = load.screening.latency
    enough = plan.screen_rate >= SCREEN_RATE and plan.screen_seconds >= SCREEN_SECONDS
    yield AskedFigure(
        "screening: `validate_only` calls that arrive at random",
        f"{SCREEN_RATE:g}/s for {SCREEN_SECONDS:g} s: p99 {SCREEN_P99:g} ms, none lost",
        f"p50 {screen.p50:,.1f} ms, p99 {screen.p99:,.1f} ms{_lost(screen) or ', none lost'}",
        _met(screen.p99 <= SCREEN_P99 and not screen.lost, size >= HOLDING and enough),
        f"{at}, {plan.screen_rate:g}/s for {plan.screen_seconds:g} s",
    )
    beside = load.beside.latency
    yield AskedFigure(
        "`ResolveRecord` under a stream at full speed",
        f"p99 {BESIDE_P99:g} ms",
        f"p50 {beside.p50:,.1f} ms, p99 {beside.p99:,.1f} ms{_lost(beside)}",
        _met(beside.p99 <= BESIDE_P99 and not beside.lost, size >= HOLDING and load.outlasted),
        f"{at}, {beside.calls:,} calls at {load.beside.rate:g}/s"
        + ("" if load.outlasted else "; the stream ended before them"),
    )
    score = next(each for each in found.scoring if each.candidates == SCORED)
    yield AskedFigure(
        f"compiled scoring, 1 x {SCORED}, planned once",
        f"{SCORING:g} ms",
        f"{score.prepared:,.1f} ms",
        _met(score.prepared <= SCORING, size >= HOLDING),
        at,
    )
    yield _growth(found)
    yield _against_splink(found)
    peak = max(largest.started.peak, largest.streamed.peak)
    yield AskedFigure(
        "memory of the server, the most",
        f"{MEMORY:,.0f} MiB at {HOLDING:,}",
        f"{peak:,.0f} MiB",
        _met(peak <= MEMORY, size >= HOLDING),
        at,
    )
    yield AskedFigure(
        "start to the first answer",
        f"{START:g} s at {HOLDING:,}",
        f"{largest.start:,.1f} s",
        _met(largest.start <= START, size >= HOLDING),
        at,
    )
    feed = found.feed
    yield AskedFigure(
        f"{CONSUMERS} idle consumers of the feed, and one write",
        f"all told within {TOLD:.0f} ms",
        f"all told {1000 * feed.told_median:,.0f} ms after it was sent, at most {1000 * feed.told_worst:,.0f}; "
        f"{1000 * feed.told_after_median:,.0f} ms after its answer",
        feed.told_worst <= TOLD / 1000,
        "an empty store, each consumer on a connection of its own",
    )


def _growth(found: Performance) -> AskedFigure:
    smaller, larger = found.stores[-2], found.stores[-1]
    ratio = larger.warm.latency.p99 / smaller.warm.latency.p99
    return AskedFigure(
        f"growth: p99 at {GROWN:,} over p99 at {HOLDING:,}",
        f"{GROWTH:g} at most",
        f"{ratio:.2f}",
        ratio <= GROWTH if (smaller.records, larger.records) == (HOLDING, GROWN) else None,
        f"{larger.records:,} over {smaller.records:,} records",
    )


def _against_splink(found: Performance) -> AskedFigure:
    what, asked = "batch run against Splink's `predict` and clustering", f"{AGAINST_SPLINK:g} times at {BULK:,}"
    if found.re_resolved is not None and found.re_resolved[0] >= BULK:
        records, times = found.re_resolved
        on = f"{records:,} records, see `reresolving.md`"
        return AskedFigure(what, asked, f"{times:.2f} times", times <= AGAINST_SPLINK, on)
    splink = next((each for each in found.peers if each.peer == SPLINK and not each.problem), None)
    if splink is None:
        return AskedFigure(what, asked, "not measured", None, "–")
    ours = ours_for(found, splink)
    if ours is None or ours.problem:
        return AskedFigure(what, asked, "not measured", None, "–")
    ratio = ours.steps["resolving"] / (splink.steps["predict"] + splink.steps["clustering"])
    met = _met(ratio <= AGAINST_SPLINK, splink.records >= BULK)
    return AskedFigure(what, asked, f"{ratio:.2f} times", met, f"{splink.records:,} records, standardised before")


def ours_for(found: Performance, peer: PeerFigures) -> PeerFigures | None:
    """Our batch run on the records of a peer."""
    return next((each for each in found.peers if each.peer.name == OURS and each.records == peer.records), None)


def _met(reached: bool, at_size: bool) -> bool | None:
    """A miss at a smaller size is a miss; reaching it there says nothing yet."""
    return reached if at_size or not reached else None


def _lost(latency: Latency) -> str:
    return f", {latency.lost:,} of {latency.calls:,} lost" if latency.lost else ""

"""What it costs that some records are restricted: the same records without and with that, one beside the other.

    python -m benchmarks.restricted

Two servers run at once on stores of the same records, in one of which a share is for some countries alone. One caller
sends both the same further records over mutual TLS, in turns: while one server works the other waits, so that a load of
the machine by others falls on both alike. Results go to `benchmarks/results/restricted.md`.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from benchmarks.markdown import MET, table
from benchmarks.performance import client
from benchmarks.performance.holdings import Progress, Store, holding, store
from benchmarks.performance.load import CallFigures, StreamFigures, call, stream
from benchmarks.performance.plan import QUICK, SEED
from benchmarks.performance.server import Served, served
from benchmarks.stamp import Stamp, stamp
from resolver.domain.caller import Caller

RESULTS: Final = Path(__file__).parent / "results"
RECORDS: Final = 6_000
SHARE: Final = 0.3
MOST: Final = 1.2
"""How many times as much is asked of restricted records, at most."""
CALLER: Final = Caller("FRA", "hub", "benchmark")
"""Writes for all owners, and sees what they let France see."""
_FIRST_CALLS: Final = 20
_CALLS: Final = 100
_STREAMED: Final = 1_000
_MESSAGE: Final = 100
_PATIENCE: Final = 120.0


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of a server: calls one after another, and a stream."""

    calls: CallFigures
    stream: StreamFigures


@dataclass(frozen=True, slots=True)
class Figure:
    """Medians of the rounds without and with restricted records; `ratio` says how many times as much it costs."""

    what: str
    without: float
    restricted: float
    ratio: float
    asked: bool


def figures(without: Sequence[Round], restricted: Sequence[Round]) -> tuple[Figure, ...]:
    """The figures of both. A ratio is the median of those of the rounds, since these were measured side by side."""
    kinds: tuple[tuple[str, Callable[[Round], float], bool, bool], ...] = (
        ("`ResolveRecord`, p50, ms", lambda each: each.calls.latency.p50, False, False),
        ("`ResolveRecord`, p99, ms", lambda each: each.calls.latency.p99, False, True),
        ("CPU of the server a call, ms", lambda each: each.calls.server_cpu, False, False),
        ("stream, records/s", lambda each: each.stream.records_per_second, True, True),
        ("CPU of the server a record of the stream, ms", lambda each: each.stream.server_cpu, False, False),
    )
    return tuple(
        Figure(
            what,
            statistics.median(map(of, without)),
            statistics.median(map(of, restricted)),
            statistics.median(
                of(one) / of(other) if more_is_better else of(other) / of(one)
                for one, other in zip(without, restricted, strict=True)
            ),
            asked,
        )
        for what, of, more_is_better, asked in kinds
    )


def measured(stores: Sequence[Store], rounds: int, progress: Progress) -> list[list[Round]]:
    """The rounds of each store, in turns; whose turn is first changes."""
    found: list[list[Round]] = [[] for _ in stores]
    with ExitStack() as stack:
        turns = [_Turns(each, stack.enter_context(served(each, CALLER))) for each in stores]
        for each in turns:
            each.warm_up()
        for number in range(rounds):
            progress(f"round {number + 1} of {rounds}")
            for place in sorted(range(len(turns)), reverse=number % 2 == 1):
                found[place].append(turns[place].next())
    return found


class _Turns:
    """Gives a server its turns, each with records that it never had."""

    def __init__(self, of: Store, on: Served) -> None:
        self._file, self._on, self._next = str(of.holding.arriving), on, 0

    def warm_up(self) -> None:
        """The first calls after a start take longer."""
        call(self._on, self._plan(_FIRST_CALLS))

    def next(self) -> Round:
        """One turn."""
        calls = call(self._on, self._plan(_CALLS))
        if calls.lost:
            raise RuntimeError(f"calls were lost: {calls.lost}")
        return Round(calls, stream(self._on, self._plan(_STREAMED, _MESSAGE)))

    def _plan(self, records: int, message: int = 0) -> client.Plan:
        first, self._next = self._next, self._next + records
        tls = self._on.tls
        files = None if tls is None else (str(tls.authority), str(tls.certificate), str(tls.key))
        return client.Plan(self._on.address, self._file, first, records, message=message, deadline=_PATIENCE, tls=files)


def page(at: Stamp, rounds: int, load: float, found: Sequence[Figure]) -> Iterator[str]:
    """The page, line by line; `load` is the machine's load average while it was measured."""
    yield "# What restricted records cost"
    yield ""
    yield (
        f"Measured by `python -m benchmarks.restricted` on {at.time} at commit {at.commit}: {at.cores} cores"
        f" ({at.processor}), {at.memory_gib} GiB, Python {at.python}. The same {RECORDS:,} made-up records of seed"
        f" {SEED} in two stores, in one of which {SHARE:.0%} are for three to nine countries alone; then the same"
        f" further ones for both, of which as many are restricted, from one caller over mutual TLS: in each of"
        f" {rounds} rounds {_CALLS} calls one after another, and a stream of {_STREAMED} in messages of {_MESSAGE}."
    )
    yield ""
    yield (
        "Both servers have their turns in every round. Figures are medians of the rounds, ratios those of the ratios"
        " within a round, so that other work on the machine weighs on both sides of a ratio alike; the load average was"
        f" {load:,.1f}, of which the measurement itself makes one to two. Where it is higher, only the ratios say"
        " anything, and those of CPU time the most: absolute figures are those of [performance.md](performance.md)."
    )
    yield ""
    yield from table(
        ("what", "without", f"{SHARE:.0%} restricted", "times as much", "asked", "met"),
        (
            (
                each.what,
                f"{each.without:,.1f}",
                f"{each.restricted:,.1f}",
                f"{each.ratio:.2f}",
                f"{MOST:g} at most" if each.asked else "",
                MET[each.ratio <= MOST] if each.asked else "",
            )
            for each in found
        ),
    )


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="How often both have a turn.")
def main(rounds: int) -> None:
    """Measure, print the page, and write it."""
    at, console = stamp(), Console(stderr=True)
    with console.status("") as status:
        # Arrivals as in `make bench`, which makes the first of these holdings as well.
        stores = [
            store(holding(SEED, RECORDS, QUICK.arrivals, status.update, share), status.update) for share in (0.0, SHARE)
        ]
        without, restricted = measured(stores, rounds, status.update)
    text = "\n".join(page(at, rounds, os.getloadavg()[1], figures(without, restricted))) + "\n"
    (RESULTS / "restricted.md").write_text(text, encoding="utf-8")
    click.echo(text)


if __name__ == "__main__":
    main()

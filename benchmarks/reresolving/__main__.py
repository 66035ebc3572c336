"""How long it takes to re-resolve whole holdings, beside Splink's `predict` and clustering in the same run.

    python -m benchmarks.reresolving --sizes 100000,300000,1000000

Each size is a loaded store of its own of one seed. Each way is a process of its own with the same limit of memory and
the same threads: this project from the same tables as Splink, Splink with the agreement of names worked out once a
pair, and a plan of the store. They take turns, as often as `--runs` says, and figures are medians. Splink as it is
takes some thirty times as long: it has one turn, at sizes up to `--as-it-is`. Results go to
`benchmarks/results/reresolving.json`, `.md` and `.svg`; sizes that were measured before and are not asked for stay.
Sizes beyond `--alone` are resolved by this project alone, with blocking keys for their size, from tables that no store
holds: to load and resolve such a holding three times takes most of a day.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.performance.holdings import ROOT
from benchmarks.reresolving.figures import FIGURES, Size, read_sizes
from benchmarks.reresolving.page import page
from benchmarks.reresolving.phases import Spent, Told, read_told
from benchmarks.reresolving.plot import plot
from benchmarks.reresolving.stores import LoadedStore, Tables, loaded_store, lone_tables
from benchmarks.stamp import stamp


def main() -> None:
    """Measures, prints the page, and writes all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100000,300000")
    parser.add_argument("--memory", default="8GB", help="what DuckDB may take in each process")
    parser.add_argument("--tight", default="", help="what DuckDB may take in one more plan, such as 512MB")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--as-it-is", type=int, default=30_000, help="the most records that Splink as it is is given")
    parser.add_argument("--alone", type=int, default=1_000_000, help="the most records that all ways are given")
    parser.add_argument("--seed", type=int, default=303)
    parser.add_argument("--output", type=Path, default=FIGURES.parent)
    asked = parser.parse_args()
    figures = asked.output / FIGURES.name
    measured = {each.records: each for each in (read_sizes(figures) if figures.exists() else ())}
    for size in map(int, asked.sizes.split(",")):
        if size > asked.alone:
            measured[size] = _alone(lone_tables(asked.seed, size, _say), asked.memory, asked.threads, asked.runs)
        else:
            store = loaded_store(asked.seed, size, _say)
            measured[size] = _measured(
                store, asked.memory, asked.tight, asked.threads, asked.runs, as_it_is=size <= asked.as_it_is
            )
        sizes = [measured[records] for records in sorted(measured)]
        figures.write_text(json.dumps([asdict(each) for each in sizes], indent=1) + "\n", encoding="utf-8")
        (asked.output / "reresolving.md").write_text(page(sizes), encoding="utf-8")
        plot(sizes, asked.output / "reresolving.svg")
    print(page([measured[records] for records in sorted(measured)]))


def _measured(store: LoadedStore, memory: str, tight: str, threads: int, runs: int, *, as_it_is: bool) -> Size:
    at = stamp()
    ways: dict[str, list[Told]] = {"tables": [], "splink_helped": [], "plan": []}
    for run in range(runs):
        for way, told in ways.items():
            _say(f"{store.records:,} records, run {run + 1} of {runs}: {way}")
            told.append(_ran(way, store, memory, threads))
    _say(f"{store.records:,} records: splink" if as_it_is else "")
    return Size(
        records=store.records,
        memory=memory,
        threads=threads,
        stamp=at,
        busy=_busy(),
        ours=_median(ways["tables"]),
        helped=_median(ways["splink_helped"]),
        splink=_ran("splink", store, memory, threads) if as_it_is else None,
        plan=_median(ways["plan"]),
        tight=tight,
        tight_plan=_ran("plan", store, tight, threads) if tight else None,
        ratios=tuple(
            round(ours.work.wall / splink.work.wall, 3)
            for ours, splink in zip(ways["tables"], ways["splink_helped"], strict=True)
        ),
    )


def _alone(tables: Tables, memory: str, threads: int, runs: int) -> Size:
    at, told = stamp(), []
    for run in range(runs):
        _say(f"{tables.records:,} records, run {run + 1} of {runs}")
        told.append(_ran("tables", tables, memory, threads))
    return Size(
        records=tables.records,
        memory=memory,
        threads=threads,
        stamp=at,
        busy=_busy(),
        ours=_median(told),
        helped=None,
        splink=None,
        plan=None,
        ratios=(),
        holding=tables.holding,
    )


def _busy() -> float:
    """How many processes wanted a core in the last minute, on average: two of them are these measurements."""
    return round(os.getloadavg()[0], 1)


def _ran(way: str, tables: Tables, memory: str, threads: int) -> Told:
    command = [sys.executable, "-m", f"benchmarks.reresolving.with_{way}", str(tables.folder), memory, str(threads)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return read_told(done.stdout.splitlines()[-1])


def _median(told: Sequence[Told]) -> Told:
    first = told[0]
    return Told(
        phases={
            name: Spent(
                statistics.median(each.phases[name].wall for each in told),
                statistics.median(each.phases[name].cpu for each in told),
            )
            for name in first.phases
        },
        peak=max(each.peak for each in told),
        candidates=first.candidates,
        pairs=first.pairs,
        groups=first.groups,
    )


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

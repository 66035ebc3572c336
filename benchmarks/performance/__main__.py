"""Measures how fast the service is, against what is asked of it: `make bench`, and `make bench-full` for all of it.

Writes `performance.json`, `performance.md`, `performance.svg` (of the full run `performance-full.*`) and profiles, and
prints the page. Figures are for the machine that they were taken on: give it to nothing else meanwhile.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console

from benchmarks.performance.asked import asked_figures
from benchmarks.performance.holdings import holding, store
from benchmarks.performance.measure import measured, profiled
from benchmarks.performance.page import page
from benchmarks.performance.plan import FULL, QUICK, SEED
from benchmarks.performance.plot import plot
from benchmarks.plain import plain

RESULTS = Path(__file__).parents[1] / "results"


@click.command()
@click.option("--full", is_flag=True, help="At the sizes that are asked; without it at smaller ones, in ten minutes.")
@click.option("--sizes", help="Sizes of the stores instead of the plan's, rising: 10000,450000,4500000.")
@click.option("--screen-seconds", type=float, help="How long screening lasts, instead of the plan's.")
@click.option("--runs", type=click.IntRange(1), help="How often each figure is taken, instead of the plan's.")
@click.option("--peers/--no-peers", default=True, show_default=True, help="Measure other tools too.")
@click.option("--profile", is_flag=True, help="Only profile the writer, on the largest store.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=RESULTS,
    help="The folder to write to; benchmarks/results unless given.",
)
def main(
    full: bool,
    sizes: str | None,
    screen_seconds: float | None,
    runs: int | None,
    peers: bool,
    profile: bool,
    output: Path,
) -> None:
    """Measure, write JSON, a page and a plot, and print the page."""
    plan = FULL if full else QUICK
    if sizes is not None:
        plan = replace(plan, sizes=_sizes(sizes))
    if screen_seconds is not None:
        plan = replace(plan, screen_seconds=screen_seconds)
    if runs is not None:
        plan = replace(plan, runs=runs)
    console = Console(stderr=True)
    output.mkdir(parents=True, exist_ok=True)
    with console.status("") as status:
        progress = status.update if console.is_terminal else _Steps(console)
        if profile:
            largest = store(holding(SEED, plan.largest, plan.arrivals, progress), progress)
            names = profiled(largest, plan, output / "profiles", progress)
            click.echo("\n".join((output / "profiles" / name).read_text(encoding="utf-8") for name in names))
            return
        found = measured(plan, output / "profiles", peers=peers, progress=progress)
    as_json = {"asked": plain(asked_figures(found)), **plain(found)}
    (output / f"{plan.name}.json").write_text(
        json.dumps(as_json, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    plot(found.stores, output / f"{plan.name}.svg")
    text = page(found)
    (output / f"{plan.name}.md").write_text(text, encoding="utf-8")
    click.echo(text)


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(size) for size in text.split(","))
    except ValueError:
        sizes = ()
    if len(sizes) < 2 or list(sizes) != sorted(set(sizes)) or sizes[0] < 1:
        raise click.UsageError("--sizes takes at least two whole numbers in rising order, as 10000,450000")
    return sizes


class _Steps:
    """Writes each step once, where no terminal shows how it goes on."""

    def __init__(self, console: Console) -> None:
        self._console, self._last = console, ""

    def __call__(self, told: str) -> None:
        step = told.partition(": ")[0] if told.startswith("filling") else told
        if step != self._last:
            self._last = step
            self._console.log(told)


if __name__ == "__main__":
    main()

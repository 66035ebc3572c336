"""The figures as a page for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.markdown import MET, table
from benchmarks.reresolving.figures import ASKED, Size, Way, exponent, growth
from benchmarks.reresolving.phases import Told

WAYS: Final[Sequence[tuple[str, Way]]] = (
    ("this project, same tables", lambda size: size.ours),
    ("Splink, agreement of names once", lambda size: size.helped),
    ("this project, plan of a store", lambda size: size.plan),
)


def page(sizes: Sequence[Size]) -> str:
    """The page in Markdown; sizes rise."""
    return "\n".join(_lines(sizes)) + "\n"


def _lines(sizes: Sequence[Size]) -> Iterator[str]:
    yield "# Re-resolving whole holdings"
    yield ""
    last = sizes[-1]
    yield (
        f"Measured by `python -m benchmarks.reresolving` with {last.threads} threads on {last.stamp.cores} cores"
        f" ({last.stamp.processor}), {last.stamp.memory_gib} GiB, Python {last.stamp.python}; made-up records. Each way"
        " is a process of its own with the same limit of DuckDB's memory, and they take turns. Blocking, scoring and"
        " grouping are counted, reading tables is not; a plan reads its store, and that is. Splink is given our"
        " columns, blocking keys and model in a table of DuckDB, keeps no columns beside the weights, and leaves out"
        " pairs below the review threshold, which is the least that it can do. It has no rules on groups."
    )
    yield ""
    yield (
        "Dozens of levels ask for the agreement of two names, and `predict` has it worked out in each. *Splink as it"
        " is* is the public API with that. *Splink helped* has its statement rewritten on the way to DuckDB, so that"
        " the agreement is worked out once a pair, as this project has it: that is the stricter comparison, and the one"
        f" that can be made at size. At most {ASKED:g} times is asked."
    )
    yield ""
    yield (
        "Blocking keys are made where a block is small in a holding of so many records; for more than 450,000 that is"
        " what `resolver train --holding` does. What this project resolved alone, it resolved from tables that no store"
        " held."
    )
    yield ""
    head = [
        "records",
        "keys for a holding of",
        "candidate pairs",
        "pairs that count",
        "ours s",
        "Splink helped s",
        "ours over it",
        "by run",
    ]
    head += ["of CPU", f"at most {ASKED:g}", "Splink as it is s", "ours over it", "plan s", "plan over Splink helped"]
    yield from table([*head, "load of the machine"], map(_row, sizes))
    yield ""
    yield "Most memory of each process, MiB resident, and DuckDB's limit in it:"
    yield ""
    yield from table(
        ["records", "limit", "ours", "Splink helped", "plan", "limit of one more plan", "MiB", "s", "when"],
        [
            [
                f"{size.records:,}",
                size.memory,
                *(_peak(of(size)) for _, of in WAYS),
                *_tight(size),
                f"{size.stamp.time}, {size.stamp.commit}",
            ]
            for size in sizes
        ],
    )
    for name, of in WAYS:
        yield ""
        yield f"Wall seconds (CPU seconds) by phase, {name}:"
        yield ""
        measured = [(size.records, told) for size in sizes if (told := of(size)) is not None]
        phases = list(dict.fromkeys(phase for _, told in measured for phase in told.phases))
        yield from table(["records", *phases], [_phases(records, told, phases) for records, told in measured])
    if len(sizes) > 1:
        yield ""
        grown = ", ".join(
            f"{name} {exponent(found)[0]:.2f}" for name, of in WAYS if len(found := growth(sizes, of)) > 1
        )
        yield f"Wall time grows with this power of the number of records (least squares of logarithms): {grown}."
        yield ""
        yield "![Wall time against size](reresolving.svg)"


def _row(size: Size) -> list[str]:
    return [
        f"{size.records:,}",
        f"{size.holding:,}",
        f"{size.ours.candidates:,}",
        f"{size.ours.pairs:,}",
        f"{size.ours.work.wall:,.1f}",
        _seconds(size.helped),
        _or_dash("{:.2f}", size.ratio),
        ", ".join(f"{ratio:.2f}" for ratio in size.ratios) or "–",
        _or_dash("{:.2f}", size.cpu_ratio),
        "–" if size.ratio is None else MET[size.ratio <= ASKED],
        _seconds(size.splink),
        _or_dash("{:.3f}", size.as_it_is_ratio),
        _seconds(size.plan),
        _or_dash("{:.2f}", size.plan_ratio),
        f"{size.busy:g}",
    ]


def _seconds(told: Told | None) -> str:
    return "–" if told is None else f"{told.work.wall:,.1f}"


def _peak(told: Told | None) -> str:
    return "–" if told is None else f"{told.peak:,.0f}"


def _or_dash(written: str, figure: float | None) -> str:
    return "–" if figure is None else written.format(figure)


def _tight(size: Size) -> list[str]:
    one = size.tight_plan
    return ["–"] * 3 if one is None else [size.tight, f"{one.peak:,.0f}", f"{one.work.wall:,.1f}"]


def _phases(records: int, told: Told, phases: Sequence[str]) -> list[str]:
    spent = [told.phases.get(phase) for phase in phases]
    return [f"{records:,}", *("–" if each is None else f"{each.wall:,.1f} ({each.cpu:,.1f})" for each in spent)]

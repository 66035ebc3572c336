"""Latency and throughput against the size of the store, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from benchmarks.performance.asked import STREAM, UNARY_P50, UNARY_P99
from benchmarks.performance.figures import StoreFigures

_BLUE, _RED, _GREY = "#1f6fb4", "#c4502e", "#777777"


def plot(stores: Sequence[StoreFigures], path: Path) -> None:
    """Two panels beside each other, store size on a logarithmic axis, what is asked as dashed lines."""
    sizes = [each.records for each in stores]
    # Without these the file would differ with every run of the same figures.
    with mpl.rc_context({"svg.hashsalt": "performance", "font.size": 10}):
        figure = Figure(figsize=(9.5, 3.8), layout="constrained")
        latency, speed = figure.subplots(1, 2)
        _line(latency, sizes, [each.warm.latency.p50 for each in stores], "p50", _BLUE)
        _line(latency, sizes, [each.warm.latency.p99 for each in stores], "p99", _RED)
        _asked(latency, UNARY_P50, "p50 asked", _BLUE)
        _asked(latency, UNARY_P99, "p99 asked", _RED)
        latency.set_title("One durable record, milliseconds")
        latency.set_yscale("log")
        latency.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        latency.yaxis.set_minor_formatter(NullFormatter())
        _line(speed, sizes, [each.stream.records_per_second for each in stores], "stream", _BLUE)
        _asked(speed, STREAM, "asked", _GREY)
        speed.set_title("Durable stream, records a second")
        speed.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        for axes in (latency, speed):
            axes.set_xscale("log")
            axes.set_xticks(sizes, [f"{size:,}" for size in sizes], minor=False)
            axes.xaxis.set_minor_locator(NullLocator())
            axes.margins(x=0.12, y=0.12)
            axes.set_xlabel("records in the store")
            axes.spines[["top", "right"]].set_visible(False)
            axes.grid(axis="y", alpha=0.3)
            axes.legend(frameon=False)
        speed.set_ylim(bottom=0)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None, dpi=120)


def _line(axes: Axes, sizes: Sequence[int], values: Sequence[float], label: str, color: str) -> None:
    axes.plot(sizes, values, marker="o", color=color, label=label)
    for size, value in zip(sizes, values, strict=True):
        axes.annotate(f"{value:,.0f}", (size, value), (0, 6), textcoords="offset points", ha="center", color=color)


def _asked(axes: Axes, value: float, label: str, color: str) -> None:
    axes.axhline(value, color=color, linestyle="--", linewidth=1, alpha=0.7, label=label)

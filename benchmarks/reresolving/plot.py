"""Wall time against the number of records, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from benchmarks.reresolving.figures import Size, exponent, growth
from benchmarks.reresolving.page import WAYS

_COLOURS = ("#1f6fb4", "#c4502e", "#777777")


def plot(sizes: Sequence[Size], path: Path) -> None:
    """Both axes logarithmic; a line for each way, with the fitted power where there are sizes to fit."""
    records = [each.records for each in sizes]
    # Without these the file would differ with every run of the same figures.
    with mpl.rc_context({"svg.hashsalt": "reresolving", "font.size": 10}):
        figure = Figure(figsize=(7.5, 4.2), layout="constrained")
        axes = figure.subplots()
        for (name, of), colour in zip(WAYS, _COLOURS, strict=True):
            grown, label = growth(sizes, of), name
            if len(grown) > 1:
                power, factor = exponent(grown)
                fitted = [(each, factor * each**power) for each, _ in grown]
                axes.plot(*zip(*fitted, strict=True), color=colour, alpha=0.4, linestyle="--")
                label = f"{label}: records to the power of {power:.2f}"
            axes.plot(*zip(*grown, strict=True), marker="o", color=colour, linestyle="none", label=label)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(records, [f"{each:,}" for each in records])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("records")
        axes.set_ylabel("seconds")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", alpha=0.3)
        axes.legend(frameon=False)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None, dpi=120)

"""Measures how good the service is, against what is asked of it: `make quality`.

Nothing here tunes or trains. Made-up records are those of the report seed, in the ordinary world and in the one with
countries that no training saw; FEBRL 1 to 4 and the rows of single tokens come from elsewhere. Writes `quality.json`
and `quality.md`, and prints the latter.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from benchmarks.febrl import febrl_figures
from benchmarks.independent_check import check
from benchmarks.large_holding import holding_figures
from benchmarks.made_up import SetFigures, judged, made_up_set, resolved
from benchmarks.parity import parity_figures
from benchmarks.plain import plain
from benchmarks.quality_asked import asked_figures
from benchmarks.quality_figures import OTHER_REPORT_SEEDS, REPORT_SEED, Quality
from benchmarks.quality_page import page
from benchmarks.several_seeds import seed_figures
from benchmarks.single_tokens import measure
from benchmarks.stamp import stamp
from benchmarks.standardising import standardising_figures
from resolver.linkage.model import Model, shipped_model
from resolver.synthetic.worlds import World

RESULTS = Path(__file__).parent / "results"
SAMPLE = 2_000
"""Records whose candidates are counted in the large holding."""

Progress = Callable[[str], None]


@click.command()
@click.option("--records", default=20_000, show_default=True, help="Made-up records of each world.")
@click.option("--holding", default=450_000, show_default=True, help="Records among which candidates are counted.")
@click.option("--parity-records", default=50_000, show_default=True, help="Records for the service and the batch run.")
@click.option("--febrl-records", type=int, help="Of each FEBRL set; all of them unless given.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=RESULTS,
    help="The folder to write to; benchmarks/results unless given.",
)
def main(records: int, holding: int, parity_records: int, febrl_records: int | None, output: Path) -> None:
    """Measure everything, write one JSON file and one page, and print the page."""
    # recordlinkage warns of every start of ECM that ends early; the likeliest start counts.
    logging.getLogger().setLevel(logging.ERROR)
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder, console.status("") as status:
        told = status.update if console.is_terminal else console.log
        found = measured(Path(folder), records, holding, parity_records, febrl_records, told)
    output.mkdir(parents=True, exist_ok=True)
    as_json = {"asked": plain(asked_figures(found)), **plain(found)}
    (output / "quality.json").write_text(json.dumps(as_json, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = page(found)
    (output / "quality.md").write_text(text, encoding="utf-8")
    print(text)


def measured(
    folder: Path, records: int, holding: int, parity_records: int, febrl_records: int | None, progress: Progress
) -> Quality:
    """All figures; `folder` takes files that may go afterwards."""
    model, begun = shipped_model(), stamp()
    progress(f"standardising {records:,} records")
    standardising = standardising_figures(REPORT_SEED, records)
    progress("single tokens")
    tokens = measure()
    ordinary, checked = _ordinary(records, model, progress)
    held_out = _held_out(records, model, progress)
    return Quality(
        stamp=begun,
        model=model.name,
        ordinary=ordinary,
        others=tuple(seed_figures(seed, records, model, progress) for seed in OTHER_REPORT_SEEDS),
        held_out=held_out,
        check=checked,
        holding=holding_figures(REPORT_SEED, holding, min(SAMPLE, holding), model.frequencies, progress),
        febrl=febrl_figures(folder, febrl_records, progress),
        tokens=tokens,
        standardising=standardising,
        parity=parity_figures(folder, REPORT_SEED, parity_records, model, progress),
    )


def _ordinary(records: int, model: Model, progress: Progress) -> tuple[SetFigures, dict[str, Any]]:
    progress(f"ordinary world: making {records:,} records")
    made = made_up_set("ordinary world", REPORT_SEED, records, model)
    batch = resolved(made, model, lambda what: progress(f"ordinary world: {what}"))
    progress("ordinary world: judging")
    figures = judged(made, batch)
    progress("ordinary world: another toolkit's ECM")
    return figures, check(batch, made.truth)


def _held_out(records: int, model: Model, progress: Progress) -> SetFigures:
    progress(f"held-out countries: making {records:,} records")
    made = made_up_set("held-out countries", REPORT_SEED, records, model, World.HELD_OUT)
    batch = resolved(made, model, lambda what: progress(f"held-out countries: {what}"))
    progress("held-out countries: judging")
    return judged(made, batch)


if __name__ == "__main__":
    main()

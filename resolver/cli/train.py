"""`resolver train`: a model from a file of records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
from google.protobuf import json_format
from rich.console import Console

from ftf.resolution.v1 import record_pb2
from resolver.domain.record import Record
from resolver.jobs.training import train_model
from resolver.jobs.truth import read_truth
from resolver.rpc.convert import record_to_domain


@click.command()
@click.option(
    "--records",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Records, one JSON message a line.",
)
@click.option(
    "--truth",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with the columns record and person; without it m is estimated by expectation maximisation.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder in which the model's own folder is made.",
)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day in the model's name; today by default.")
@click.option("--sampled-pairs", type=float, default=2e7, show_default=True, help="Random pairs to sample u from.")
@click.option(
    "--other-records",
    type=float,
    default=4.0,
    show_default=True,
    help="Other records of its person that a record has on average; read off the truth where there is one.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the sample.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def train(
    records: Path,
    truth: Path | None,
    output: Path,
    day: object,
    sampled_pairs: float,
    other_records: float,
    seed: int,
    as_json: bool,
) -> None:
    """Train a model on records and write it, frozen, into a folder of its own."""
    console = Console(stderr=True)
    with console.status("reading") as status:
        folder = train_model(
            _read(records),
            None if truth is None else {item.record: item.person for item in read_truth(truth)},
            output,
            day.date() if hasattr(day, "date") else date.today(),  # noqa: DTZ011 - a label
            other_records_of_a_person=other_records,
            sampled_pairs=sampled_pairs,
            seed=seed,
            progress=status.update,
        )
    click.echo(
        json.dumps({"model": f"models/{folder.name}", "folder": str(folder)}) if as_json else f"trained {folder}"
    )


def _read(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield record_to_domain(json_format.Parse(line, record_pb2.Record()))

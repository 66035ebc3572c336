"""`resolver generate`: made-up records and their truth into two files."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from resolver.synthetic import World, generate_records, releases
from resolver.synthetic.writer import write_files


@click.command()
@click.option(
    "--records", type=click.IntRange(min=1), default=5000, show_default=True, help="How many records to make."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same files.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="JSON lines of the records."
)
@click.option("--truth", type=click.Path(dir_okay=False, path_type=Path), required=True, help="CSV of who is who.")
@click.option(
    "--held-out", is_flag=True, help="Add countries, cultures and spellings that never occur in training: to evaluate."
)
@click.option(
    "--restricted",
    type=click.IntRange(0, 100),
    default=0,
    help="Per cent of records that some countries alone may see.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def generate(
    records: int, seed: int, output: Path, truth: Path, held_out: bool, restricted: int, as_json: bool
) -> None:
    """Make up records of people, with the truth about them, from a seed."""
    begun = time.monotonic()
    persons: set[str] = set()
    owners: set[str] = set()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        drafting = progress.add_task("drafting", total=records)
        writing = progress.add_task("writing", total=records)
        world = World.HELD_OUT if held_out else World.ORDINARY
        made = generate_records(seed, records, lambda count: progress.advance(drafting, count), world=world)
        generated = releases.restricted(made, restricted / 100, seed, world)
        try:
            for one in write_files(generated, output, truth):
                persons.add(one.person)
                owners.add(one.owner_country)
                progress.advance(writing)
        except OSError as error:
            raise click.ClickException(f"cannot write {error.filename}: {error.strerror}") from error
    summary = {
        "records": records,
        "persons": len(persons),
        "owner_countries": len(owners),
        "seed": seed,
        "world": world,
        "output": str(output),
        "truth": str(truth),
        "seconds": round(time.monotonic() - begun, 1),
    }
    if as_json:
        click.echo(json.dumps(summary))
    else:
        click.echo(
            f"{records:,} records of {len(persons):,} persons from {len(owners)} countries in {summary['seconds']} s"
        )
        click.echo(f"records: {output}\ntruth:   {truth}")

"""`resolver export`: which record belongs to which identity."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

import click

from ftf_client import Client
from resolver.cli.options import Target, service_options
from resolver.cli.output import print_json, progress_bar
from resolver.cli.reading import all_identities

_ROW_GROUP = 50_000
Membership = tuple[str, str]


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Absent: standard output, as CSV.")
@click.option(
    "--format", "kind", type=click.Choice(["csv", "parquet"]), help="Absent: what the name of the output says."
)
@service_options
def export(
    output: Path | None,
    kind: str | None,
    target: Target,
) -> None:
    """Write `record,identity`, one line a record, in the order of the identities.

    With --json and no output, one JSON object a line.
    """
    kind = kind or ("parquet" if output and output.suffix.lower() == ".parquet" else "csv")
    if output is None and kind == "parquet":
        raise click.UsageError("Parquet needs --output")
    with (
        target.connect() as connection,
        progress_bar("identities", None, hidden=target.as_json) as advance,
    ):
        memberships = _memberships(connection, advance)
        if output is None:
            _print_json_lines(memberships) if target.as_json else _write_csv(sys.stdout, memberships)
            return
        count = _write_file(output, kind, memberships)
    if target.as_json:
        print_json({"records": count, "output": str(output), "format": kind})
    else:
        click.echo(f"{count:,} records written to {output}")


def _memberships(connection: Client, advance: Callable[[int], None]) -> Iterator[Membership]:
    for identity in all_identities(connection, advance=advance):
        for record in identity.records:
            yield record, identity.name


def _print_json_lines(memberships: Iterable[Membership]) -> None:
    for record, identity in memberships:
        click.echo(f'{{"record": "{record}", "identity": "{identity}"}}')


def _write_csv(file: TextIO, memberships: Iterable[Membership]) -> int:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(("record", "identity"))
    count = 0
    for membership in memberships:
        table.writerow(membership)
        count += 1
    return count


def _write_file(output: Path, kind: str, memberships: Iterable[Membership]) -> int:
    """Writes beside the target and renames, so that a broken export leaves no half of a file."""
    unfinished = output.with_name(f"{output.name}.{os.getpid()}.new")
    try:
        if kind == "parquet":
            count = _write_parquet(unfinished, memberships)
        else:
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                count = _write_csv(file, memberships)
        unfinished.replace(output)
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _write_parquet(path: Path, memberships: Iterable[Membership]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([("record", pa.string()), ("identity", pa.string())])
    count, rows = 0, list[Membership]()
    with pq.ParquetWriter(path, schema) as writer:

        def flush() -> None:
            columns = [[row[place] for row in rows] for place in (0, 1)]
            writer.write_table(pa.table(columns, schema=schema))
            rows.clear()

        for membership in memberships:
            rows.append(membership)
            count += 1
            if len(rows) == _ROW_GROUP:
                flush()
        flush()
    return count

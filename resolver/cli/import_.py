"""`resolver import`: a file of records through the stream, to be continued after a break."""

from __future__ import annotations

from pathlib import Path

import click

from ftf_client import Persistence
from resolver.cli.import_run import ImportPlan, ImportRun, Summary
from resolver.cli.options import Target, service_options
from resolver.cli.output import print_json, progress_bar
from resolver.jobs.readers import UnreadableFile
from resolver.sections import SectionInvalid

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=_EXISTING)
@click.option("--mapping", type=_EXISTING, help="How columns become a record: docs/import-mapping.md.")
@click.option(
    "--batch-size", type=click.IntRange(1, 1000), default=250, show_default=True, help="Records in one message."
)
@click.option("--restart", is_flag=True, help="Send the whole file, also when an earlier run was broken off.")
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=120.0,
    show_default=True,
    help="Seconds to look for a service that was lost.",
)
@service_options
def import_records(
    file: Path,
    mapping: Path | None,
    batch_size: int,
    restart: bool,
    patience: float,
    target: Target,
) -> None:
    """Send FILE (JSON lines of records, or CSV or Parquet with --mapping) to the service.

    After a break the same command continues at the first message that was not acknowledged. Rows that cannot become a
    record, and records that the service refuses, are listed in FILE.rejects.jsonl and stop nothing.
    """
    try:
        text = mapping.read_text(encoding="utf-8") if mapping else None
        with target.connect(Persistence(patience)) as connection:
            run = ImportRun(connection, ImportPlan(file, text, batch_size, restart))
            if run.progress.line and not target.as_json:
                click.echo(f"Continues after line {run.progress.line:,}.", err=True)
            with progress_bar(file.name, run.rows, hidden=target.as_json) as advance:
                summary = run.run(advance)
    except SectionInvalid as error:
        raise click.ClickException(f"{mapping}: {error}") from None
    except UnreadableFile as error:
        raise click.ClickException(str(error)) from None
    if target.as_json:
        print_json({**summary.as_json(), "rejects_file": str(run.rejects_path) if summary.rejected else None})
    else:
        _print(summary, run.rejects_path)


def _print(summary: Summary, rejects: Path) -> None:
    click.echo(
        f"{summary.accepted:,} records are stored; {summary.sent:,} sent in {summary.seconds:.1f} s, "
        f"{summary.records_per_second:,.0f} a second."
    )
    for kind, count in summary.kinds.most_common():
        click.echo(f"  {kind.lower():<10} {count:>9,}")
    if summary.findings:
        click.echo("Flaws in what was sent; `resolver resolve --dry-run` says for one record where they are:")
    for flaw, count in summary.findings.most_common():
        click.echo(f"  {flaw.lower().replace('_', ' '):<36} {count:>9,}")
    if summary.rejected:
        click.echo(f"{summary.rejected:,} rows were rejected; see {rejects}")

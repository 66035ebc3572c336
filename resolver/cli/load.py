"""`resolver load`: a whole holding into a new store that no server has open."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from resolver.cli.holding_options import Resolved, holding_options
from resolver.cli.load_run import LoadPlan, LoadRun, NothingToLoad, Summary
from resolver.cli.load_watch import LoadWatch
from resolver.cli.memory_option import MEMORY
from resolver.cli.options import with_options
from resolver.cli.output import print_json
from resolver.cli.owner_options import OWNER_AUTHORITY, OWNER_COUNTRY, owner_of
from resolver.cli.store_key import store_key_option
from resolver.collecting import collect_seldom
from resolver.domain.audit import Asked
from resolver.domain.errors import StorageFull, StoreError, StoreFailed
from resolver.domain.owner import Owner
from resolver.jobs.readers import UnreadableFile
from resolver.linkage.model import shipped_model
from resolver.sections import SectionInvalid
from resolver.store.keys import StoreKey

METHOD: Final = "resolver/load"
"""What the audit log calls a load, where a call has its service and method."""
_EXISTING: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Statement:
    """Who loads why, and whose the records are: the options as given."""

    owner_country: str
    owner_authority: str
    operator: str
    purpose: str
    case_reference: str

    @property
    def owner(self) -> Owner | None:
        """Whose records are that do not say it. Raises UsageError for half an owner or a country that is none."""
        return owner_of(self.owner_country, self.owner_authority)

    @property
    def asked(self) -> Asked:
        """What the audit log says of the load."""
        return Asked(self.operator, self.purpose, self.case_reference, METHOD, ("records",))


def _statement_options(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        OWNER_COUNTRY,
        OWNER_AUTHORITY,
        click.option("--operator", default="", help="Who loads, for the audit log."),
        click.option("--purpose", default="identify", show_default=True, help="Why personal data is stored."),
        click.option("--case-reference", default="cli", show_default=True, help="The case that this belongs to."),
    )
    return with_options(options, "statement", Statement, command)


@click.command()
@click.argument("files", nargs=-1, required=True, type=_EXISTING, metavar="FILE...")
@click.option(
    "--database",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The store: made when absent; one that is there must have no records and no server.",
)
@click.option("--mapping", type=_EXISTING, help="How columns become a record: docs/import-mapping.md.")
@holding_options
@_statement_options
@click.option(
    "--memory",
    type=MEMORY,
    default="4GB",
    show_default=True,
    help="What joining and scoring may take; more is spilled to the store's disk.",
)
@store_key_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def load(
    files: tuple[Path, ...],
    database: Path,
    mapping: Path | None,
    resolved: Resolved,
    statement: Statement,
    memory: str,
    store_key: StoreKey | None,
    as_json: bool,
) -> None:
    """Load every FILE (JSON lines of records, or CSV or Parquet with --mapping) into a new store.

    The store ends as if the records had been sent one after the other, and faster; only the feed is shorter, since it
    tells of each record once. It appears when it is whole: after an error there is none, or the one
    that was there, as it was. A store with records is refused; `resolver import` sends more to its server. Rows that
    cannot become a record are listed in FILE.rejects.jsonl and stop nothing.
    """
    text = mapping.read_text(encoding="utf-8") if mapping else None
    plan = LoadPlan(files, database, text, statement.owner, resolved.by, store_key, memory, statement.asked)
    try:
        run = LoadRun(plan, shipped_model())
        collect_seldom()
        with LoadWatch(hidden=as_json) as watch:
            summary = run.run(watch)
    except SectionInvalid as error:
        raise click.ClickException(f"{mapping}: {error}") from None
    except (StorageFull, StoreFailed):
        raise click.ClickException("there is no room on the disk, or it failed; nothing was loaded") from None
    except BrokenProcessPool:
        words = "a process that prepares rows was ended, perhaps for want of memory; nothing was loaded"
        raise click.ClickException(words) from None
    except (StoreError, UnreadableFile, NothingToLoad) as error:
        raise click.ClickException(str(error)) from None
    summary.seconds = watch.seconds
    if as_json:
        print_json(summary.as_json())
    else:
        _print(summary)


def _print(summary: Summary) -> None:
    seconds = sum(summary.seconds.values())
    click.echo(
        f"{summary.records:,} records are in {summary.database}; {seconds:,.1f} s, "
        f"{summary.records / seconds:,.0f} a second."
    )
    for kind, count in summary.kinds.most_common():
        click.echo(f"  {kind.lower():<10} {count:>9,}")
    if summary.repeated:
        click.echo(f"{summary.repeated:,} rows state such a record again; the last one counts.")
    if summary.findings:
        click.echo("Flaws in what is stored:")
    for flaw, count in summary.findings.most_common():
        click.echo(f"  {flaw.lower().replace('_', ' '):<36} {count:>9,}")
    if summary.rejected:
        click.echo(f"{summary.rejected:,} rows were rejected; see {', '.join(summary.rejects_files)}")

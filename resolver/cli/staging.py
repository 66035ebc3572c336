"""`resolver stage`: a source of records that counts for nothing until a plan brings it in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from ftf.resolution.v1.reresolution_service_pb2 import DropStagedSourceRequest, StagedSource
from resolver.cli.options import Target, service_options
from resolver.cli.output import message_json, print_json, progress_bar
from resolver.cli.owner_options import OWNER_AUTHORITY, OWNER_COUNTRY, owner_of
from resolver.cli.reading import all_staged_sources
from resolver.cli.staging_file import StagingFile, write_rejects
from resolver.cli.store_key import store_key_option
from resolver.domain.audit import Asked
from resolver.domain.staged import STAGED_SOURCES
from resolver.store.keys import StoreKey

METHOD: Final = "resolver/stage"
"""What the audit log calls it, where a call has its service and method."""
_EXISTING: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_DATABASE: Final = click.option("--database", type=_EXISTING, help="A store that no server has open, in its place.")
_OPERATOR: Final = click.option("--operator", default="", help="Who asks for it at a --database, for the audit log.")


@click.group()
def stage() -> None:
    """Stage records as a source, list what is staged, and drop it; at a server, or in a store that none has open.

    Staged records are kept apart: nobody sees them, and nothing is matched with them. `resolver reresolve --plan
    --source NUMBER` says what they would change, and `--apply` brings them in. After 30 days they are dropped.
    """


@stage.command()
@click.argument("file", type=_EXISTING)
@click.option("--mapping", type=_EXISTING, help="How columns become a record: docs/import-mapping.md.")
@_DATABASE
@OWNER_COUNTRY
@OWNER_AUTHORITY
@_OPERATOR
@store_key_option
@service_options
def add(
    file: Path,
    mapping: Path | None,
    database: Path | None,
    owner_country: str,
    owner_authority: str,
    operator: str,
    store_key: StoreKey | None,
    target: Target,
) -> None:
    """Stage FILE (JSON lines of records, or CSV or Parquet with --mapping) as a source.

    Of rows with the same record the last counts. Rows that cannot become a record are listed in FILE.rejects.jsonl and
    stop nothing. What is broken off is never planned.
    """
    staging = StagingFile.at(file, mapping)
    with progress_bar(file.name, staging.rows, hidden=target.as_json) as advance:
        if database is None:
            if owner_country or owner_authority or operator:
                raise click.UsageError("--owner-country, --owner-authority and --operator are for a --database")
            # Loaded when it is needed: who asks a server needs no engine.
            from resolver.cli.staging_service import stage_by_service

            with target.connect() as connection:
                source, rejects = stage_by_service(connection, staging, advance)
        else:
            from resolver.cli.staging_store import stage_in_store

            asked = Asked(operator, target.purpose, target.case_reference, METHOD, ("records",))
            owner = owner_of(owner_country, owner_authority)
            source, rejects = stage_in_store(database, store_key, staging, owner, asked, advance)
    listed = write_rejects(file, rejects)
    if target.as_json:
        print_json({**message_json(source), "rejected": len(rejects), "rejectsFile": str(listed) if rejects else None})
        return
    _print(source)
    if rejects:
        click.echo(f"{len(rejects):,} rows were rejected; see {listed}")


@stage.command("list")
@_DATABASE
@store_key_option
@service_options
def list_(database: Path | None, store_key: StoreKey | None, target: Target) -> None:
    """List the staged sources of which something is left."""
    if database is None:
        with target.connect() as connection:
            found = list(all_staged_sources(connection))
    else:
        from resolver.cli.staging_store import staged_in_store

        found = staged_in_store(database, store_key)
    if target.as_json:
        print_json([message_json(each) for each in found])
        return
    for each in found:
        _print(each)
    if not found:
        click.echo("nothing is staged")


@stage.command()
@click.argument("number", type=click.IntRange(min=1))
@_DATABASE
@_OPERATOR
@store_key_option
@service_options
def drop(number: int, database: Path | None, operator: str, store_key: StoreKey | None, target: Target) -> None:
    """Drop what waits of the staged source NUMBER. Plans that would bring it in are refused from then on."""
    if database is None:
        with target.connect() as connection:
            dropped = connection.reresolution.DropStagedSource(
                DropStagedSourceRequest(name=f"{STAGED_SOURCES}{number}")
            )
    else:
        from resolver.cli.staging_store import drop_in_store

        asked = Asked(operator, target.purpose, target.case_reference, METHOD, ("drop",))
        dropped = drop_in_store(database, store_key, number, asked)
    if target.as_json:
        print_json(message_json(dropped))
    else:
        click.echo(f"{dropped.name} is dropped: {dropped.waiting_records:,} records")


def _print(source: StagedSource) -> None:
    unfinished = "" if source.whole else "; it is not whole"
    brought = f", {source.brought_records:,} are brought in" if source.brought_records else ""
    click.echo(f"{source.name}: {source.waiting_records:,} records wait{brought}{unfinished}")

"""`resolver backup` and `resolver restore`: copies of a store, made while it serves or not, and put back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from ftf.resolution.v1 import backup_service_pb2
from resolver.cli.options import Target, service_options
from resolver.cli.output import message_json, print_json
from resolver.cli.store_key import store_key_option
from resolver.domain.errors import ResolverError, StoreError
from resolver.store.backups import BACKUP_ID, backup_stopped, manifest_of
from resolver.store.backups import restore as put_back
from resolver.store.keys import StoreKey

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("name")
@click.option("--database", type=_FILE, help="A store that no server has open; without it the server makes the copy.")
@click.option(
    "--into", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The folder for a copy of --database."
)
@store_key_option
@service_options
def backup(name: str, database: Path | None, into: Path | None, store_key: StoreKey | None, target: Target) -> None:
    """Make the backup NAME: by the server, while it serves, into the folder of its --backups.

    With --database and --into, of a store that no server has open. A large store takes a while: see --timeout.
    """
    if (database is None) != (into is None):
        raise click.UsageError("--database and --into go together")
    if database is None or into is None:
        with target.connect() as connection:
            made = connection.backups.CreateBackup(backup_service_pb2.CreateBackupRequest(backup_id=name))
        words = f"{made.name}: {made.decisions:,} decisions, {made.size_bytes:,} bytes"
        _show(target.as_json, message_json(made), words)
        return
    if not BACKUP_ID.fullmatch(name):
        raise click.UsageError("NAME must be 1 to 63 characters of a-z, 0-9 and -")
    try:
        copy = backup_stopped(database, store_key, into, name, datetime.now(UTC).replace(tzinfo=None))
    except (StoreError, ResolverError) as error:
        raise click.ClickException(str(error)) from None
    words = f"{manifest_of(into, name)}: {copy.decisions:,} decisions, {copy.bytes:,} bytes"
    _show(target.as_json, asdict(copy), words)


@click.command()
@click.argument("manifest", type=_FILE)
@click.option("--database", type=_FILE, required=True, help="Where the store shall be.")
@click.option("--replace", is_flag=True, help="Put a store that is there aside, under another name.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@store_key_option
def restore(manifest: Path, database: Path, replace: bool, as_json: bool, store_key: StoreKey | None) -> None:
    """Check the backup of a MANIFEST, such as monday.json, and put it where a server will open it."""
    try:
        copy, kept = put_back(manifest, database, store_key, replace=replace)
    except StoreError as error:
        raise click.ClickException(str(error)) from None
    words = f"{database} holds {copy.decisions:,} decisions, as of {copy.create_time} UTC"
    aside = "" if kept is None else f"; the store that was there is {kept}"
    _show(as_json, asdict(copy) | {"kept": None if kept is None else str(kept)}, words + aside)


def _show(as_json: bool, content: object, words: str) -> None:
    if as_json:
        print_json(content)
    else:
        click.echo(words)

"""`resolver purge`: purges what has expired in a store that no server has open; a server does so by itself."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import click

from resolver.cli.holding_options import Resolved, holding_options
from resolver.cli.output import print_json
from resolver.cli.retention_options import retention_option
from resolver.cli.store_key import store_key_option
from resolver.domain.errors import ResolverError, StoreError
from resolver.engine.engine import open_engine
from resolver.jobs.sweeping import sweep
from resolver.retention.policy import RetentionPolicy
from resolver.rpc.handling_messages import handling_in
from resolver.rpc.retention_messages import stated_in
from resolver.store.keys import StoreKey
from resolver.store.retention_start import expired_in


@click.command()
@click.argument("database", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="List what would go, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@retention_option
@holding_options
@store_key_option
def purge(
    database: Path,
    dry_run: bool,
    as_json: bool,
    kept_by: RetentionPolicy,
    resolved: Resolved,
    store_key: StoreKey | None,
) -> None:
    """Purge what has expired in DATABASE, which no server has open, tell owners what is due, and write the file anew.

    The store must be opened with the --holding and --policy that it is served with.
    """
    try:
        if dry_run:
            _show_expired(database, store_key, kept_by, as_json)
        else:
            _sweep(database, store_key, kept_by, resolved, as_json)
    except (StoreError, ResolverError) as error:
        raise click.ClickException(str(error)) from None


def _show_expired(database: Path, key: StoreKey | None, kept_by: RetentionPolicy, as_json: bool) -> None:
    found = expired_in(database, key, kept_by, stated_in, _today())
    if as_json:
        print_json(
            [
                {"record": name, "class": dates.record_class.name, "expiry": dates.expiry.isoformat()}
                for name, dates in found
            ]
        )
        return
    for name, dates in found:
        click.echo(f"{name}  {dates.record_class.name}  expired {dates.expiry}")
    click.echo(f"{len(found):,} records would be purged")


def _sweep(database: Path, key: StoreKey | None, kept_by: RetentionPolicy, resolved: Resolved, as_json: bool) -> None:
    opened = open_engine(
        database, policy=resolved.by, key=key, retention=kept_by, stated=stated_in, handled=handling_in
    )
    with closing(opened) as engine:
        done = sweep(engine)
    if as_json:
        print_json(
            {"purged": [each.record for each in done.purged], "told": done.told, "rewritten": not done.unfinished}
        )
        return
    for decision in done.purged:
        click.echo(f"{decision.record}  decisions/{decision.sequence}")
    click.echo(f"{len(done.purged):,} records were purged, and owners told of {done.told:,} that are due")


def _today() -> date:
    return datetime.now(UTC).date()

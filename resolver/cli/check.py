"""`resolver check`: whether a store is whole."""

from __future__ import annotations

from pathlib import Path

import click

from resolver.cli.output import print_json
from resolver.cli.store_key import store_key_option
from resolver.domain.errors import StoreError
from resolver.store.database import examine
from resolver.store.keys import StoreKey


@click.command()
@click.argument("database", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@store_key_option
def check(database: Path, as_json: bool, store_key: StoreKey | None) -> None:
    """Read a whole DATABASE that no server has open, and check what must hold in every store.

    The exit status is 1 where something does not hold. Nothing is written.
    """
    try:
        findings = examine(database, store_key)
    except StoreError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        print_json(
            [
                {
                    "holds": not each.breaches,
                    "what": each.invariant.words,
                    "breaches": each.breaches,
                    "examples": each.examples,
                }
                for each in findings
            ]
        )
    else:
        for each in findings:
            places = f": not so in {each.breaches:,} places, such as {', '.join(each.examples)}"
            click.echo(
                f"{'BROKEN' if each.breaches else 'holds':<7} {each.invariant.words}{places if each.breaches else ''}"
            )
    if any(each.breaches for each in findings):
        raise SystemExit(1)

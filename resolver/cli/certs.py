"""`resolver certs`: for development, certificates of an authority that is forgotten at once, and access rules."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from resolver.cli.development_folder import HOSTS, LASTS, DevelopmentFolder
from resolver.cli.output import print_json
from resolver.domain.caller import Caller
from resolver.domain.errors import Unauthenticated
from resolver.rpc.callers import parse_caller
from resolver.sections import SectionInvalid


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--host", "hosts", multiple=True, default=HOSTS, help="What clients call the server.")
@click.option(
    "--caller",
    "callers",
    multiple=True,
    default=("ftf://FRA/ncb/records", "ftf://DEU/bka/records"),
    help="A client's name, ftf://{country}/{authority}/{system}; may be repeated.",
)
@click.option(
    "--days", type=click.IntRange(min=1), default=LASTS.days, show_default=True, help="How long they are valid."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def certs(folder: Path, hosts: tuple[str, ...], callers: tuple[str, ...], days: int, as_json: bool) -> None:
    """Write certificates for development into FOLDER: an authority, a server, and a client for each caller.

    The authority's own key is not kept: whoever needs another certificate makes all of them anew. Beside them
    stands access.yaml, which lets each caller do everything for its own authority; one that is there already stays.
    """
    try:
        files = DevelopmentFolder(folder).fill([_caller(uri) for uri in callers], hosts, timedelta(days=days))
    except SectionInvalid as error:
        raise click.BadParameter(str(error), param_hint="--caller") from None
    if as_json:
        print_json({"folder": str(folder), "files": files})
    else:
        click.echo(f"{len(files)} files in {folder}, for development only: {', '.join(files)}")


def _caller(uri: str) -> Caller:
    try:
        return parse_caller([uri.encode()])
    except Unauthenticated as error:
        raise click.BadParameter(f"{uri}: {error.message}", param_hint="--caller") from None

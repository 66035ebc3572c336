"""`resolver certs`: certificates for development, signed by an authority that is forgotten at once."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from resolver.cli.development_authority import DevelopmentAuthority
from resolver.cli.output import print_json
from resolver.domain.errors import Unauthenticated
from resolver.rpc.callers import parse_caller


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--host", "hosts", multiple=True, default=("localhost", "127.0.0.1"), help="What clients call the server."
)
@click.option(
    "--caller",
    "callers",
    multiple=True,
    default=("ftf://FRA/ncb/records", "ftf://DEU/bka/records"),
    help="A client's name, ftf://{country}/{authority}/{system}; may be repeated.",
)
@click.option("--days", type=click.IntRange(min=1), default=365, show_default=True, help="How long they are valid.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def certs(folder: Path, hosts: tuple[str, ...], callers: tuple[str, ...], days: int, as_json: bool) -> None:
    """Write certificates for development into FOLDER: an authority, a server, and a client for each caller.

    The authority's own key is not kept: whoever needs another certificate makes all of them anew.
    """
    for uri in callers:
        try:
            parse_caller([uri.encode()])
        except Unauthenticated as error:
            raise click.BadParameter(f"{uri}: {error.message}", param_hint="--caller") from None
    authority = DevelopmentAuthority(datetime.now(UTC), timedelta(days=days))
    files = {"authority.pem": authority.certificate}
    for name, issued in (
        ("server", authority.server(hosts)),
        *((_stem(uri), authority.client(uri)) for uri in callers),
    ):
        files |= {f"{name}.pem": issued.certificate, f"{name}.key": issued.key}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        _write(folder / name, content)
    if as_json:
        print_json({"folder": str(folder), "files": sorted(files)})
    else:
        click.echo(f"{len(files)} files in {folder}, for development only: {', '.join(sorted(files))}")


def _stem(uri: str) -> str:
    """`fra-ncb-records` for `ftf://FRA/ncb/records`."""
    return re.sub(r"[^a-z0-9]+", "-", uri.removeprefix("ftf://").lower())


def _write(path: Path, content: bytes) -> None:
    # Renamed into place, so that a server that looks for changes never reads half a file; keys are for their owner.
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    unfinished.replace(path)

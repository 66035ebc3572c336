"""`resolver certs`: for development, certificates of an authority that is forgotten at once, and access rules."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from resolver.cli.development_access import development_access
from resolver.cli.development_authority import DevelopmentAuthority
from resolver.cli.output import print_json
from resolver.domain.caller import Caller
from resolver.domain.errors import Unauthenticated
from resolver.rpc.callers import parse_caller
from resolver.sections import SectionInvalid

_ACCESS: Final = "access.yaml"


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

    The authority's own key is not kept: whoever needs another certificate makes all of them anew. Beside them
    stands access.yaml, which lets each caller do everything for its own authority; one that is there already stays.
    """
    try:
        rules = development_access([_caller(uri) for uri in callers])
    except SectionInvalid as error:
        raise click.BadParameter(str(error), param_hint="--caller") from None
    authority = DevelopmentAuthority(datetime.now(UTC), timedelta(days=days))
    files = {"authority.pem": authority.certificate}
    for name, issued in (
        ("server", authority.server(hosts)),
        *((_stem(uri), authority.client(uri)) for uri in callers),
    ):
        files |= {f"{name}.pem": issued.certificate, f"{name}.key": issued.key}
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / _ACCESS).exists():
        files[_ACCESS] = rules.encode()
    for name, content in files.items():
        _write(folder / name, content)
    if as_json:
        print_json({"folder": str(folder), "files": sorted(files)})
    else:
        click.echo(f"{len(files)} files in {folder}, for development only: {', '.join(sorted(files))}")


def _caller(uri: str) -> Caller:
    try:
        return parse_caller([uri.encode()])
    except Unauthenticated as error:
        raise click.BadParameter(f"{uri}: {error.message}", param_hint="--caller") from None


def _stem(uri: str) -> str:
    """`fra-ncb-records` for `ftf://FRA/ncb/records`."""
    return re.sub(r"[^a-z0-9]+", "-", uri.removeprefix("ftf://").lower())


def _write(path: Path, content: bytes) -> None:
    # Renamed into place, so that a server that looks for changes never reads half a file; keys are for their owner.
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    unfinished.replace(path)

"""`resolver serve`: a server on a database, until it is told to stop."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Final

import click
import uvloop

from resolver.cli.key import key_option
from resolver.domain.errors import StoreError, StoreFailed
from resolver.engine import Engine, open_engine
from resolver.identity.policy import POLICIES, SMALL_HOLDING, for_holding
from resolver.rpc.listening import BindError
from resolver.rpc.server import start_server
from resolver.store.keys import StoreKey

_GRACE: Final = 20.0
"""Seconds for calls to finish after a signal."""
_GRACE_FAILED: Final = 2.0
"""The same when the store has failed, and no call can finish but with an error."""
_STORE_FAILED: Final = 3
"""The exit status that says so."""
_POLICY: Final = "policies/"


@click.command()
@click.option("--address", default="127.0.0.1:50051", show_default=True, help="host:port; port 0 takes any free one.")
@click.option(
    "--database", type=click.Path(dir_okay=False, path_type=Path), help="The database file; made when absent."
)
@click.option("--in-memory", is_flag=True, help="Keep everything in memory and lose it at the end.")
@click.option("--insecure", is_flag=True, help="Serve in plain text; on loopback addresses only.")
@click.option("--health-port", type=click.IntRange(0, 65535), default=0, help="Port of the health check; 0: any free.")
@click.option(
    "--holding",
    type=click.IntRange(min=1),
    default=SMALL_HOLDING,
    show_default=True,
    help="Records that the store will hold. A larger holding needs stronger evidence.",
)
@click.option(
    "--policy",
    type=click.Choice([name.removeprefix(_POLICY) for name in POLICIES]),
    default="standard",
    show_default=True,
    help="standard: the match weight decides and rules refuse; strict: names and dates alone never merge.",
)
@click.option(
    "--backups",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder in which `resolver backup` lets this server write copies; it must be empty or of earlier copies.",
)
@key_option
@click.option("--port-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the addresses here as JSON.")
def serve(
    address: str,
    database: Path | None,
    in_memory: bool,
    insecure: bool,
    health_port: int,
    holding: int,
    policy: str,
    backups: Path | None,
    port_file: Path | None,
    key: StoreKey | None,
) -> None:
    """Serve a database until SIGTERM or SIGINT; what was begun is finished first."""
    host = _host_of(address)
    if (database is None) != in_memory:
        raise click.UsageError("give either --database PATH or --in-memory")
    if not insecure:
        raise click.UsageError(
            "certificates come with a later version; until then plain text has to be asked for with --insecure"
        )
    if not _is_loopback(host):
        raise click.UsageError(f"--insecure serves loopback addresses only, such as 127.0.0.1, and not {host}")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        engine = open_engine(database, policy=for_holding(POLICIES[f"{_POLICY}{policy}"], holding), key=key)
    except StoreError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    try:
        uvloop.run(_serve(engine, address, f"{host}:{health_port}", backups, port_file))
    except BindError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    finally:
        _close(engine)


def _close(engine: Engine) -> None:
    """Closes the store; one that failed ends the process with a status of its own."""
    try:
        engine.close()
    except StoreFailed:
        click.echo("the log could not be written into the file; it is kept beside it for the next start", err=True)
        sys.exit(_STORE_FAILED)
    if engine.failed.done():
        click.echo("the store failed: see to its disk, and start again", err=True)
        sys.exit(_STORE_FAILED)


async def _serve(
    engine: Engine, address: str, health_address: str, backups: Path | None, port_file: Path | None
) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    server = await start_server(engine, address, health_address, backups=backups)
    engine.failed.add_done_callback(lambda _: loop.call_soon_threadsafe(told.set))
    if port_file is not None:
        _write_port_file(port_file, server.address, server.health_address)
    click.echo(f"serving on {server.address}, health on {server.health_address}")
    await told.wait()
    await server.stop(_GRACE_FAILED if engine.failed.done() else _GRACE)


def _write_port_file(path: Path, address: str, health_address: str) -> None:
    # Renamed into place, so that whoever waits for the file never reads half of it.
    content = json.dumps({"address": address, "health_address": health_address, "pid": os.getpid()})
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_text(content + "\n", encoding="utf-8")
    unfinished.replace(path)


def _host_of(address: str) -> str:
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise click.UsageError(f"--address must be host:port, and not {address}")
    return host


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False

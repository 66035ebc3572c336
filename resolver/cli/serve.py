"""`resolver serve`: a server on a database, until it is told to stop."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Final

import click
import uvloop

from resolver.cli.serving_options import Protection, protection_options
from resolver.domain.errors import StoreError
from resolver.engine import Engine, open_engine
from resolver.identity.policy import POLICIES, SMALL_HOLDING, for_holding
from resolver.rpc.certificates import CertificateError, Certificates
from resolver.rpc.listening import BindError
from resolver.rpc.server import start_server

_GRACE: Final = 20.0
"""Seconds for calls to finish after a signal."""
_POLICY: Final = "policies/"


@click.command()
@click.option("--address", default="127.0.0.1:50051", show_default=True, help="host:port; port 0 takes any free one.")
@click.option(
    "--database", type=click.Path(dir_okay=False, path_type=Path), help="The database file; made when absent."
)
@click.option("--in-memory", is_flag=True, help="Keep everything in memory and lose it at the end.")
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
@click.option("--port-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the addresses here as JSON.")
@protection_options
def serve(
    address: str,
    database: Path | None,
    in_memory: bool,
    health_port: int,
    holding: int,
    policy: str,
    port_file: Path | None,
    protection: Protection,
) -> None:
    """Serve a database until SIGTERM or SIGINT; what was begun is finished first."""
    host = _host_of(address)
    if (database is None) != in_memory:
        raise click.UsageError("give either --database PATH or --in-memory")
    try:
        certificates = protection.certificates(host)
    except CertificateError as error:
        raise click.UsageError(str(error)) from None
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        engine = open_engine(database, policy=for_holding(POLICIES[f"{_POLICY}{policy}"], holding))
    except StoreError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    try:
        uvloop.run(_serve(engine, address, f"{host}:{health_port}", certificates, port_file))
    except BindError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    finally:
        engine.close()


async def _serve(
    engine: Engine, address: str, health_address: str, certificates: Certificates | None, port_file: Path | None
) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    server = await start_server(engine, address, health_address, certificates=certificates)
    if port_file is not None:
        _write_port_file(port_file, server.address, server.health_address)
    click.echo(f"serving on {server.address}, health on {server.health_address}")
    await told.wait()
    await server.stop(_GRACE)


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

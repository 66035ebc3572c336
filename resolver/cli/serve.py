"""`resolver serve`: a server on a database, until it is told to stop."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import click
import uvloop

from resolver.access.live import AccessFileError
from resolver.cli.holding_options import Resolved, holding_options
from resolver.cli.memory_option import MEMORY
from resolver.cli.observing import Observed, Observers, observing, observing_options
from resolver.cli.retention_options import retention_option
from resolver.cli.serving_options import Guard, Protection, protection_options
from resolver.cli.store_key import store_key_option
from resolver.collecting import collect_seldom
from resolver.domain.errors import StoreError, StoreFailed
from resolver.engine.engine import Engine, open_engine
from resolver.jobs.plan_control import PLAN_MEMORY
from resolver.jobs.sweeping import Sweeper
from resolver.observe.logs import set_up_logs, set_up_loop
from resolver.retention.policy import RetentionPolicy
from resolver.rpc.certificates import CertificateError
from resolver.rpc.handling_messages import handling_in
from resolver.rpc.listening import BindError
from resolver.rpc.model_handlers import ModelFolders
from resolver.rpc.retention_messages import stated_in
from resolver.rpc.server import start_server
from resolver.store.database import STORE_MEMORY
from resolver.store.keys import StoreKey

_GRACE_FAILED: Final = 2.0
"""Seconds for calls to finish when the store has failed, and none can but with an error."""
_STORE_FAILED: Final = 3
"""The exit status that says so."""
_log = logging.getLogger(__name__)


@click.command()
@click.option("--address", default="127.0.0.1:50051", show_default=True, help="host:port; port 0 takes any free one.")
@click.option(
    "--database", type=click.Path(dir_okay=False, path_type=Path), help="The database file; made when absent."
)
@click.option("--in-memory", is_flag=True, help="Keep everything in memory and lose it at the end.")
@click.option("--health-port", type=click.IntRange(0, 65535), default=0, help="Port of the health check; 0: any free.")
@holding_options
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=20.0,
    show_default=True,
    help="Seconds for calls to finish after a signal; a second signal ends them at once.",
)
@click.option(
    "--backups",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder into which `resolver backup` lets this server write copies.",
)
@click.option(
    "--models",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of trained models, into which `resolver models train` lets this server write more.",
)
@click.option(
    "--model-data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the files that models are trained on and tried out with.",
)
@click.option(
    "--audit-retention",
    type=click.IntRange(min=1),
    metavar="DAYS",
    help="Days after which entries of the audit log are removed; absent: never.",
)
@click.option(
    "--store-memory",
    type=click.IntRange(min=128),
    default=STORE_MEMORY,
    show_default=True,
    metavar="MIB",
    help="Memory that DuckDB may hold of a database file; what the service itself remembers of records comes on top.",
)
@click.option(
    "--plan-memory",
    type=MEMORY,
    default=PLAN_MEMORY,
    show_default=True,
    help="What joining and scoring for a plan of re-resolution may take on top; more is spilled beside the database.",
)
@retention_option
@click.option(
    "--sweep-every",
    type=click.IntRange(min=1),
    default=24,
    show_default=True,
    metavar="HOURS",
    help="How often owners are told what is due, and what has expired is purged.",
)
@store_key_option
@observing_options
@click.option("--port-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the addresses here as JSON.")
@protection_options
def serve(
    address: str,
    database: Path | None,
    in_memory: bool,
    health_port: int,
    resolved: Resolved,
    grace: float,
    backups: Path | None,
    models: Path | None,
    model_data: Path | None,
    audit_retention: int | None,
    store_memory: int,
    plan_memory: str,
    kept_by: RetentionPolicy,
    sweep_every: int,
    store_key: StoreKey | None,
    observed: Observed,
    port_file: Path | None,
    protection: Protection,
) -> None:
    """Serve a database until SIGTERM or SIGINT; what was begun is finished first."""
    host = _host_of(address)
    if (database is None) != in_memory:
        raise click.UsageError("give either --database PATH or --in-memory")
    try:
        guard = protection.guard(host)
    except (CertificateError, AccessFileError) as error:
        raise click.UsageError(str(error)) from None
    set_up_logs(observed.json_logs)
    if guard is not None:
        # A store may take long to open, and the signal must not end the server meanwhile. In plain text, where there is
        # nothing to read again, it does, as when a terminal is closed.
        signal.signal(signal.SIGHUP, lambda *_: guard.access.reload())
    else:
        _log.warning("plain text: no caller is known, no access rule holds, and whoever reaches this port may do all")
    try:
        engine = open_engine(
            database,
            policy=resolved.by,
            key=store_key,
            audit_kept=None if audit_retention is None else timedelta(days=audit_retention),
            memory=store_memory,
            retention=kept_by,
            stated=stated_in,
            handled=handling_in,
        )
    except StoreError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    _log.info("the audit log begins at head %s", engine.audit_head)
    sweeper = Sweeper(engine, timedelta(hours=sweep_every))
    try:
        with observing(engine, observed) as observers:
            folders = _Folders(backups, ModelFolders(models, model_data))
            health = f"{host}:{health_port}"
            serving = _serve(engine, address, health, guard, grace, folders, plan_memory, observers, port_file)
            collect_seldom()
            uvloop.run(serving)
    except BindError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    finally:
        sweeper.stop()
        _close(engine)


def _close(engine: Engine) -> None:
    """Closes the store; one that failed ends the process with a status of its own."""
    try:
        engine.close()
    except StoreFailed:
        click.echo("the log could not be written into the file; it is kept beside it for the next start", err=True)
        sys.exit(_STORE_FAILED)
    _log.info("the audit log ends at head %s", engine.audit_head)
    if engine.failed.done():
        click.echo("the store failed: see to its disk, and start again", err=True)
        sys.exit(_STORE_FAILED)


@dataclass(frozen=True, slots=True)
class _Folders:
    """What the server reads and writes beside its store."""

    backups: Path | None
    models: ModelFolders


async def _serve(
    engine: Engine,
    address: str,
    health_address: str,
    guard: Guard | None,
    grace: float,
    folders: _Folders,
    plan_memory: str,
    observers: Observers,
    port_file: Path | None,
) -> None:
    told, told_again = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    set_up_loop(loop)
    if observers.metrics is not None:
        observers.metrics.watch_loop(loop)

    def stop() -> None:
        (told_again if told.is_set() else told).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    if guard is not None:
        loop.add_signal_handler(signal.SIGHUP, guard.access.reload)
    server = await start_server(
        engine,
        address,
        health_address,
        certificates=None if guard is None else guard.certificates,
        access=None if guard is None else guard.access,
        watchers=observers.calls,
        backups=folders.backups,
        models=folders.models,
        plan_memory=plan_memory,
    )
    engine.failed.add_done_callback(lambda _: loop.call_soon_threadsafe(told.set))
    addresses = {"address": server.address, "health_address": server.health_address}
    if observers.metrics_address is not None:
        addresses["metrics_address"] = observers.metrics_address
    if port_file is not None:
        _write_port_file(port_file, addresses)
    metrics = "" if observers.metrics_address is None else f", metrics on {observers.metrics_address}"
    click.echo(f"serving on {server.address}, health on {server.health_address}{metrics}")
    await told.wait()
    stopping = asyncio.create_task(server.stop(_GRACE_FAILED if engine.failed.done() else grace))
    again = asyncio.create_task(told_again.wait())
    await asyncio.wait({stopping, again}, return_when=asyncio.FIRST_COMPLETED)
    again.cancel()
    if not stopping.done():
        server.hurry()
    await stopping


def _write_port_file(path: Path, addresses: Mapping[str, str]) -> None:
    # Renamed into place, so that whoever waits for the file never reads half of it.
    content = json.dumps({**addresses, "pid": os.getpid()})
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_text(content + "\n", encoding="utf-8")
    unfinished.replace(path)


def _host_of(address: str) -> str:
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise click.UsageError(f"--address must be host:port, and not {address}")
    return host

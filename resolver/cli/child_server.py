"""A server as a child process, for the length of a block: on loopback, any free port, a temporary database."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ftf_client import Client, connect
from resolver.cli.failures import ServiceFailed

_START = 60.0
_STOP = 30.0
_LOG_SHOWN = 2000


@contextmanager
def child_server(folder: Path, name: str, case_reference: str, arguments: Sequence[str] = ()) -> Iterator[Client]:
    """A server in plain text, and a connection to it; see `child_process`."""
    with (
        child_process(folder, name, ("--insecure", *arguments)) as address,
        connect(address, purpose="identify", case_reference=case_reference, timeout=60.0) as connection,
    ):
        yield connection


@contextmanager
def child_process(folder: Path, name: str, arguments: Sequence[str], patience: float = _START) -> Iterator[str]:
    """Starts `resolver serve` on `{folder}/{name}.duckdb`, yields its address, and ends that very process.

    `arguments` are further ones of the command, its protection among them. `{name}.port` has the addresses and the
    process id. It has `patience` seconds to start: a large store is read first.
    """
    port_file, log = folder / f"{name}.port", folder / f"{name}.log"
    command = [sys.executable, "-m", "resolver.cli", "serve", "--address", "127.0.0.1:0"]
    command += ["--database", str(folder / f"{name}.duckdb"), "--port-file", str(port_file), *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603 - our own command
    try:
        yield _address(process, port_file, log, patience)
    finally:
        _end(process)


def _address(process: subprocess.Popen[bytes], port_file: Path, log: Path, patience: float) -> str:
    deadline = time.monotonic() + patience
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            told = log.read_text(encoding="utf-8", errors="replace")[-_LOG_SHOWN:]
            raise ServiceFailed(f"The server did not start:\n{told}")
        time.sleep(0.05)
    address: str = json.loads(port_file.read_text(encoding="utf-8"))["address"]
    return address


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

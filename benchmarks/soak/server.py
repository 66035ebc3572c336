"""The server of a soak: a process of its own, on loopback, with metrics, on a database file."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_START = 60.0


@dataclass(frozen=True, slots=True)
class SoakedServer:
    """Where it is, and what it writes to."""

    process: subprocess.Popen[bytes]
    address: str
    metrics_address: str
    database: Path
    log: Path

    def stop(self) -> int:
        """Ends it as a service manager would, and returns its exit status."""
        self.process.terminate()
        return self.process.wait(timeout=120)


@contextmanager
def soaked_server(folder: Path) -> Iterator[SoakedServer]:
    """Starts a server in a folder; it is ended at the end of the block if it still runs."""
    database, log, ports = folder / "soak.duckdb", folder / "log.jsonl", folder / "ports.json"
    command = [sys.executable, "-m", "resolver.cli", "serve", "--insecure", "--address", "127.0.0.1:0"]
    command += ["--database", str(database), "--port-file", str(ports), "--metrics-port", "0", "--log-format", "json"]
    with log.open("wb") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)  # noqa: S603 - our own command
    try:
        deadline = time.monotonic() + _START
        while not ports.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        told = json.loads(ports.read_text())
        yield SoakedServer(process, told["address"], told["metrics_address"], database, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()

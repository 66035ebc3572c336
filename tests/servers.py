"""Servers as children of the tests, on loopback and a free port, ended by their own process."""

import json
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

METADATA = (("x-purpose", "data-quality"), ("x-case-reference", "test"))
RESOLVER = Path(sys.executable).with_name("resolver")
_PATIENCE = 60.0


@dataclass
class ChildServer:
    process: subprocess.Popen
    address: str
    health_address: str
    metrics_address: str


@contextmanager
def child_server(database=None, *options, address="127.0.0.1:0", protection=("--insecure",), stderr=None):
    """Starts `resolver serve` on a database file or in memory, and stops it at the end of the block."""
    with tempfile.TemporaryDirectory() as folder:
        port_file = Path(folder) / "ports.json"
        store = ["--in-memory"] if database is None else ["--database", str(database)]
        command = [RESOLVER, "serve", *protection, "--address", address, "--port-file", str(port_file), *store]
        command += options
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)
        try:
            deadline = time.monotonic() + _PATIENCE
            while not port_file.exists():
                assert process.poll() is None, "the server ended before it served"
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.05)
            ports = json.loads(port_file.read_text())
            yield ChildServer(process, ports["address"], ports["health_address"], ports.get("metrics_address", ""))
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=_PATIENCE)


def free_address():
    """A loopback address with a port that was free a moment ago, for a server that must be told its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"

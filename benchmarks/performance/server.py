"""A server on a copy of a store, which the measurement may write to."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.performance.holdings import CACHE, Store
from ftf.resolution.v1.decision_service_pb2 import ListDecisionsRequest
from ftf_client.client import Client
from resolver.cli.child_server import child_server


@dataclass(frozen=True, slots=True)
class Served:
    """A running server; `start` are the seconds from its process' start to its first answer."""

    client: Client
    process: psutil.Process
    start: float

    @property
    def address(self) -> str:
        """Where it listens."""
        return self.client.address


@contextmanager
def served(store: Store) -> Iterator[Served]:
    """Serves a copy of the store for the length of a block."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="working-") as name:
        folder = Path(name)
        shutil.copyfile(store.path, folder / "store.duckdb")
        begun = time.perf_counter()
        with child_server(folder, "store", "benchmark", store.policy_arguments) as client:
            client.decisions.ListDecisions(ListDecisionsRequest(page_size=1))
            start = time.perf_counter() - begun
            number = json.loads((folder / "store.port").read_text(encoding="utf-8"))["pid"]
            yield Served(client, psutil.Process(number), round(start, 2))

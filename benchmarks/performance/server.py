"""A server on a copy of a store, which the measurement may write to."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from benchmarks.performance.holdings import CACHE, Store
from ftf.resolution.v1.decision_service_pb2 import ListDecisionsRequest
from ftf_client.client import Client, Tls, connect
from resolver.cli.child_server import child_process
from resolver.cli.development_folder import DevelopmentFolder
from resolver.domain.caller import Caller

_PATIENCE: Final = 600.0
"""Seconds that a server may take to start: how long it takes is measured, and 4,500,000 records are read."""
_PLAIN: Final = ("--insecure",)
_RULES: Final = """\
grants:
  - {{caller: {caller.name}, roles: [CONTRIBUTOR, READER], purposes: ["*"]}}
sources:
  - {{owner: {caller.country}/{caller.authority}, sources: ["*"]}}
delegations:
  - {{caller: {caller.name}, owners: ["*/*"]}}
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A running server; `start` are the seconds from its process' start to its first answer.

    `tls` is what the caller needs that may do everything; None for plain text.
    """

    client: Client
    process: psutil.Process
    start: float
    tls: Tls | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return self.client.address


@contextmanager
def served(store: Store, caller: Caller | None = None, arguments: Sequence[str] = ()) -> Iterator[Served]:
    """Serves a copy of the store for the length of a block: to one caller over mutual TLS; in plain text for None.

    `arguments` are further ones of `resolver serve`.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="working-") as name:
        folder = Path(name)
        shutil.copyfile(store.path, folder / "store.duckdb")
        protection, tls = (_PLAIN, None) if caller is None else _secured(folder, caller)
        begun = time.perf_counter()
        with (
            child_process(folder, "store", (*protection, *store.policy_arguments, *arguments), _PATIENCE) as address,
            connect(address, purpose="identify", case_reference="benchmark", tls=tls, timeout=60.0) as client,
        ):
            client.decisions.ListDecisions(ListDecisionsRequest(page_size=1))
            start = time.perf_counter() - begun
            number = json.loads((folder / "store.port").read_text(encoding="utf-8"))["pid"]
            yield Served(client, psutil.Process(number), round(start, 2), tls)


def _secured(folder: Path, caller: Caller) -> tuple[tuple[str, ...], Tls]:
    """The arguments of a server at which a caller writes for all owners, and what the caller needs."""
    development = DevelopmentFolder(folder)
    development.access.write_text(_RULES.format(caller=caller), encoding="utf-8")
    development.fill([caller])
    return development.protection, development.tls(caller)

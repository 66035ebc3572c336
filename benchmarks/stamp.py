"""When, where and with which code a figure was measured."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Stamp:
    """The commit, the time (ISO 8601, UTC) and the hardware of a measurement."""

    commit: str
    time: str
    cores: int | None
    machine: str
    processor: str
    memory_gib: float
    python: str


def stamp() -> Stamp:
    """The stamp of now and here; a working copy that differs from its commit is marked with a plus."""
    return Stamp(
        commit=_git("rev-parse", "--short", "HEAD") + ("+" if _git("status", "--porcelain", "resolver") else ""),
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        cores=os.cpu_count(),
        machine=platform.machine(),
        processor=_processor(),
        memory_gib=round(psutil.virtual_memory().total / (1 << 30), 1),
        python=platform.python_version(),
    )


def _processor() -> str:
    """The processor's own name where the system tells it, as Linux does."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return done.stdout.strip() if done.returncode == 0 else ""

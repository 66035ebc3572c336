"""A peer's environment, `build/peers/NAME`: what its pinned requirements name, and nothing of this project."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.performance.holdings import ROOT

FOLDER = Path(__file__).parent
_INSTALL = 600.0
_TOLD = 300


class PeerFailed(Exception):
    """A peer could not be installed, or did not end well or in time; in words for the table."""


def environment(name: str) -> Path:
    """The interpreter of the peer's environment, which is made unless it is there.

    Raises:
        PeerFailed: a requirement could not be installed.
    """
    requirements = FOLDER / "requirements" / f"{name}.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = ROOT / "build" / "peers" / f"{name}-{digest}"
    installed = folder / "installed"
    if not installed.exists():
        python = folder / "bin" / "python"
        run([sys.executable, "-m", "venv", "--clear", str(folder)], _INSTALL)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        run([*install, "--requirement", str(requirements)], _INSTALL)
        installed.touch()
    return folder / "bin" / "python"


def run(command: list[str], seconds: float, variables: Mapping[str, str] | None = None) -> None:
    """Runs a command in a process group of its own, which is ended when its time is over.

    Raises:
        PeerFailed: it failed, or took longer.
    """
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command,
        cwd=ROOT,
        env={**os.environ, **(variables or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        told, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise PeerFailed(f"ended after {seconds:,.0f} s, its share of time") from None
    if process.returncode:
        last = next((line for line in reversed(told.splitlines()) if line.strip()), "")
        raise PeerFailed(f"failed: {last.strip()[:_TOLD]}")

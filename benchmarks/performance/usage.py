"""What a process has used: CPU seconds and memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of a process, MiB: now, and the most so far."""

    now: float
    peak: float


def cpu_seconds(process: psutil.Process) -> float:
    """User and system seconds since the process began."""
    times = process.cpu_times()
    return float(times.user + times.system)


def memory(process: psutil.Process) -> Memory:
    """Resident memory. The peak is the kernel's own high-water mark where it tells one, as Linux does."""
    now = process.memory_info().rss / _MEBIBYTE
    status = Path(f"/proc/{process.pid}/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    peaks = [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")]
    return Memory(round(now, 1), round(max(now, *peaks) if peaks else now, 1))

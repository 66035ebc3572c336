"""A profile of the writer while a stream runs: where its own time goes, function by function."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.performance.server import Served

THREAD = "writer"
RATE = 200
_TOP = 40


@dataclass(frozen=True, slots=True)
class Profile:
    """Samples of one thread: those of it in all, and by function the own ones and those with all that it calls."""

    samples: int
    own: Counter[str]
    total: Counter[str]


def start_profile(served: Served, seconds: int, output: Path) -> subprocess.Popen[bytes]:
    """Samples the server for so many seconds into `output`, stacks in one line each; the caller waits for the end."""
    sampler = str(Path(sys.executable).with_name("py-spy"))
    command = [sampler, "record", "--pid", str(served.process.pid), "--duration", str(seconds), "--rate", str(RATE)]
    command += ["--format", "raw", "--threads", "--output", str(output)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # noqa: S603 - our own command


def profile_of(lines: Iterable[str], thread: str = THREAD) -> Profile:
    """The profile of a thread from stacks, outermost frame first: `thread (NUMBER): NAME;frame;frame COUNT`."""
    own: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.strip().rpartition(" ")
        first, *frames = stack.split(";")
        if first.rpartition(": ")[2] != thread:
            continue
        functions = [_function(frame) for frame in frames]
        if functions:
            own[functions[-1]] += int(count)
            for function in set(functions):
                total[function] += int(count)
    return Profile(sum(own.values()), own, total)


def profile_text(profile: Profile, title: str) -> str:
    """The functions with the most own time, as text."""
    lines = [title, "", f"{profile.samples:,} samples of the thread `{THREAD}`, {RATE} a second.", ""]
    lines += ["   own    with what it calls   function"]
    for function, own in profile.own.most_common(_TOP):
        share, total = own / profile.samples, profile.total[function] / profile.samples
        lines.append(f"{share:6.1%}   {total:18.1%}   {function}")
    return "\n".join(lines) + "\n"


def _function(frame: str) -> str:
    """A frame without its line number, and without the path of the environment."""
    name, _, place = frame.rpartition(" (")
    path = place.rstrip(")").rpartition(":")[0] or place.rstrip(")")
    return f"{name} ({path.rpartition('site-packages/')[2]})" if name else frame

"""A disk that is full until there is room again.

A file system of its own in memory where this process may mount one (ENOSPC); elsewhere a bound on the length of the
writer's files (EFBIG), which DuckDB meets at the same places.
"""

import os
import resource
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_EMPTY = 60_000
"""Bytes of a store before its first record, its log included."""


@dataclass(frozen=True)
class FullDisk:
    """`kind` for the table; `file_limit` is for the writer, None where the file system itself is small."""

    kind: str
    folder: Path
    file_limit: int | None

    def make_room(self, pid):
        """From now on there is enough for everything."""
        if self.file_limit is None:
            _mount("-o", "remount,size=1g", str(self.folder))
        else:
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def full_disk(folder, spare):
    """A folder in which a store gets about `spare` bytes beyond an empty one."""
    folder.mkdir()
    if os.geteuid() == 0 and _mount("-t", "tmpfs", "-o", f"size={spare + _EMPTY}", "tmpfs", str(folder)):
        try:
            yield FullDisk("small file system", folder, None)
        finally:
            subprocess.run(["umount", str(folder)], check=True, capture_output=True)
    else:
        yield FullDisk("bounded files", folder, spare)


def _mount(*arguments):
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode == 0

"""DuckDB's log beside a store that was not closed in order: what of it may be dropped, and what must not.

The log is a header, then entries of `size, checksum, content`. A commit ends with an entry that is always the same, its
mark, and is acknowledged when that is durable. So what follows the last mark was never acknowledged. DuckDB drops it by
itself where it is cut; it refuses one of zeros, which some file systems leave after a power failure. And where the
length of an entry is damaged, or the header, it drops all that follows without a word, acknowledged or not.
"""

from __future__ import annotations

import logging
import mmap
import os
import struct
from pathlib import Path
from typing import Final

from resolver.domain.errors import StoreError

_HEADER: Final = bytes.fromhex("640062650002ffff")
"""Of a log that is not encrypted: its kind, and version 2."""
_ENCRYPTED: Final = bytes.fromhex("640062650003")
"""How the header of an encrypted log begins. Its entries cannot be told apart here; each is authenticated by itself."""
_ENTRY: Final = struct.Struct("<Q8x")
_MARK: Final = bytes.fromhex("0500000000000000e7fe7d722fed3d5e640064ffff")
_CHECKPOINTED: Final = bytes.fromhex("640063")
"""How the content of an entry begins that says that what is before it has gone into the file."""

_log = logging.getLogger(__name__)


def log_of(path: Path) -> Path:
    """The log of the store at `path`."""
    return path.with_name(f"{path.name}.wal")


def settle_log(path: Path) -> None:
    """Cuts off what a crash left of a commit that never ended.

    Raises:
        StoreError: as for `unended`.
    """
    rest = unended(path)
    if rest:
        log = log_of(path)
        _log.warning("%s: %d bytes of a commit that never ended are dropped", log.name, rest)
        with log.open("r+b") as file:
            file.truncate(log.stat().st_size - rest)
            os.fsync(file.fileno())


def unended(path: Path) -> int:
    """How many bytes of a commit that never ended the log of a store ends with.

    Raises:
        StoreError: the log is not one of DuckDB's, or commits follow what is damaged in it. It is left as it was.
    """
    log = log_of(path)
    if not log.exists() or log.stat().st_size == 0:
        return 0
    with log.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return len(content) - _whole(log.name, content)


def _whole(name: str, content: mmap.mmap) -> int:
    """Where the last whole commit ends."""
    begin = content[: len(_HEADER)]
    if begin.startswith(_ENCRYPTED) or len(begin) < len(_HEADER):
        return len(content)
    if begin != _HEADER:
        raise StoreError(f"{name} is not the log of a store, or is damaged; it was left as it is")
    place = end = len(_HEADER)
    while place + _ENTRY.size <= len(content):
        (length,) = _ENTRY.unpack_from(content, place)
        after = place + _ENTRY.size + length
        if length == 0 or after > len(content):
            break
        if content[place:after] == _MARK or content[place + _ENTRY.size : after].startswith(_CHECKPOINTED):
            end = after
        place = after
    if content.find(_MARK, end) >= 0:
        raise StoreError(f"{name} is damaged, and commits follow the damage; it was left as it is")
    return end

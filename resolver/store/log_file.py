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
import re
import struct
from pathlib import Path
from typing import Final

from resolver.domain.errors import StoreError

_KIND: Final = bytes.fromhex("6400626500")
"""How every log begins."""
_HEADER: Final = re.compile(rb"\x64\x00\x62\x65\x00\x02\xff\xff")
"""Of a log that is not encrypted: its kind, and version 2."""
_ENCRYPTED: Final = re.compile(
    rb"\x64\x00\x62\x65\x00\x03\x66\x00\x10(?:[\x80-\xff]*[\x00-\x7f]){16}\x67\x00[\x80-\xff]*[\x00-\x7f]\xff\xff"
)
"""Of an encrypted one: version 3, the sixteen bytes of the store's number and its count of checkpoints, as varints."""
_LONGEST_HEADER: Final = 64
_LENGTH: Final = struct.Struct("<Q")
_AROUND: Final = 16
"""Bytes of an entry besides its content: length and checksum."""
_AROUND_ENCRYPTED: Final = 44
"""Length, nonce, checksum and, at its end, tag. Only the length can be read."""
_NO_TAG: Final = bytes(16)
_MARK: Final = bytes.fromhex("0500000000000000e7fe7d722fed3d5e640064ffff")
_CHECKPOINTED: Final = bytes.fromhex("640063")
"""How the content of an entry begins that says that what is before it has gone into the file."""

_log = logging.getLogger(__name__)


def log_of(path: Path) -> Path:
    """The log of the store at `path`."""
    return path.with_name(f"{path.name}.wal")


def logs_of(path: Path) -> tuple[Path, ...]:
    """The log, and the two that DuckDB may have beside it while a checkpoint is made, whether they exist or not."""
    log = log_of(path)
    return log, log.with_name(f"{log.name}.checkpoint"), log.with_name(f"{log.name}.recovery")


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
    """Where what may be kept ends."""
    begin = content[:_LONGEST_HEADER]
    if encrypted := _ENCRYPTED.match(begin):
        end = _end_encrypted(content, encrypted.end())
        # The length of a mark, as far as it is not that of the damaged entry itself.
        follows = content.find(_MARK[: _LENGTH.size], end + _LENGTH.size) >= 0
    elif header := _HEADER.match(begin):
        end = _end(content, header.end())
        follows = content.find(_MARK, end) >= 0
    elif len(written := content[:].rstrip(b"\x00")) < _LONGEST_HEADER and written.startswith(_KIND[: len(written)]):
        # Not even the header was written in full.
        return 0
    else:
        raise StoreError(f"{name} is not the log of a store, or is damaged; it was left as it is")
    if follows:
        raise StoreError(f"{name} is damaged, and commits follow the damage; it was left as it is")
    return end


def _end(content: mmap.mmap, place: int) -> int:
    """Where the last whole commit ends."""
    end = place
    while place + _AROUND <= len(content):
        (length,) = _LENGTH.unpack_from(content, place)
        after = place + _AROUND + length
        if length == 0 or after > len(content):
            break
        if content[place:after] == _MARK or content[place + _AROUND : after].startswith(_CHECKPOINTED):
            end = after
        place = after
    return end


def _end_encrypted(content: mmap.mmap, place: int) -> int:
    """Where the last whole entry ends. Which of them end a commit cannot be told: DuckDB drops what follows that."""
    while place + _AROUND_ENCRYPTED <= len(content):
        (length,) = _LENGTH.unpack_from(content, place)
        after = place + _AROUND_ENCRYPTED + length
        if length == 0 or after > len(content) or content[after - len(_NO_TAG) : after] == _NO_TAG:
            break
        place = after
    return place

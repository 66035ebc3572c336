"""Copies of the audit log: a line of JSON for each entry, verified with nothing but the copy itself.

{"hash": "{hexadecimal}", "body": "{the entry as it was hashed}"}
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from resolver.domain.audit import Head, hash_after


class BrokenCopy(Exception):
    """The copy is not one of an audit log, or was changed. The text says from where on."""


@dataclass(frozen=True, slots=True)
class VerifiedCopy:
    """A copy whose chain holds: how many entries it has, the head that it begins after, and the one that it ends with.

    `noted_holds` says whether a head that was noted earlier is part of it.
    """

    entries: int
    start: Head
    head: Head
    noted_holds: bool


def copy_line(digest: bytes, body: str) -> str:
    """The line of an entry."""
    return json.dumps({"hash": digest.hex(), "body": body}, ensure_ascii=False) + "\n"


def verify_copy(lines: Iterable[str], noted: Head | None = None) -> VerifiedCopy:
    """Checks each entry against the one before, and that the first is number 1 or follows what the log says is removed.

    Raises:
        BrokenCopy: an entry is changed, missing, doubled or in another place, or the copy is none.
    """
    first: tuple[int, bytes, str] | None = None
    start = before = head = Head()
    removed: Head | None = None
    entries, holds = 0, noted is None or noted == Head()
    for place, line in enumerate(lines, start=1):
        digest, body, content = _read(place, line)
        number = content["number"]
        if first is None:
            # What it begins after is told by a later entry, so the first is checked at the end.
            first, before = (number, digest, body), Head(number, digest)
        else:
            if number != before.number + 1:
                raise BrokenCopy(f"line {place}: entry {number} comes after entry {before.number}")
            if hash_after(before.hash, body) != digest:
                raise BrokenCopy(f"line {place}: entry {number} does not follow from the one before, or was changed")
            before = Head(number, digest)
        removed = _removed(place, content) or removed
        entries, head = place, before
        holds = holds or before == noted
    if first is not None:
        number, digest, body = first
        start = Head() if number == 1 else removed or Head()
        if number != start.number + 1:
            raise BrokenCopy(f"line 1: it begins with entry {number}, and not with entry {start.number + 1}")
        if hash_after(start.hash, body) != digest:
            raise BrokenCopy(f"line 1: entry {number} does not follow from the one before, or was changed")
    return VerifiedCopy(entries, start, head, holds or start == noted)


def _read(place: int, line: str) -> tuple[bytes, str, dict[str, Any]]:
    try:
        read = json.loads(line)
        digest, body = bytes.fromhex(read["hash"]), read["body"]
        content = json.loads(body)
        if not isinstance(content["number"], int):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        raise BrokenCopy(f"line {place}: is no entry of an audit log") from None
    return digest, body, content


def _removed(place: int, content: dict[str, Any]) -> Head | None:
    """The head up to which entries were removed, if an entry says so."""
    if "removed" not in content:
        return None
    try:
        return Head(int(content["removed"]["through"]), bytes.fromhex(content["removed"]["hash"]))
    except (ValueError, KeyError, TypeError):
        raise BrokenCopy(f"line {place}: is no entry of an audit log") from None

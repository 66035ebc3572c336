"""Rows that are not stored, as they are listed beside their file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from resolver.domain.errors import InvalidInput, ResolverError


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not stored, and why.

    `field` is a mapping's key or a record's path, empty for the whole row; `others` are further faults, each a path and
    a message.
    """

    line: int
    reason: str
    field: str
    message: str
    record: str = ""
    others: tuple[tuple[str, str], ...] = ()


def rejected(line: int, record: str, error: ResolverError) -> Reject:
    """A record that the service would refuse, as it is listed."""
    faults = [(each.field, each.description) for each in error.violations] if isinstance(error, InvalidInput) else []
    (path, message), *others = faults or [("", error.message)]
    return Reject(line, error.reason.name, path, message, record, tuple(others))


def reject_lines(rejects: Iterable[Reject]) -> bytes:
    """A line of JSON for each, UTF-8."""
    lines = "".join(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in rejects)
    return lines.encode("utf-8", "backslashreplace")

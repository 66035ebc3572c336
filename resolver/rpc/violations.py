"""Collects what is wrong with a request, field by field, up to the number that an answer may name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput
from resolver.rpc import limits

_T = TypeVar("_T")


class Violations:
    """The wrong fields found so far, in the order of the fields."""

    def __init__(self) -> None:
        self.found: list[FieldViolation] = []

    def add(self, path: str, description: str, reason: ErrorReason = ErrorReason.FIELD_INVALID) -> None:
        """Notes a wrong field; those beyond the limit are dropped."""
        if len(self.found) < limits.VIOLATIONS:
            self.found.append(FieldViolation(path, description, reason))

    def extend(self, found: Iterable[FieldViolation]) -> None:
        """Notes wrong fields that another check found."""
        self.found.extend(islice(found, limits.VIOLATIONS - len(self.found)))

    def raise_any(self) -> None:
        """Raises InvalidInput with all that was found, if anything was."""
        if self.found:
            raise InvalidInput(tuple(self.found))

    def entries(self, path: str, values: Sequence[_T], most: int) -> Iterator[tuple[str, _T]]:
        """The entries of a list with their paths, and a violation when there are too many; the rest is skipped."""
        if len(values) > most:
            description = f"has {len(values):,} entries, at most {most:,} are allowed"
            self.add(path, description, ErrorReason.LIMIT_EXCEEDED)
        for index, value in enumerate(values[:most]):
            yield f"{path}[{index}]", value

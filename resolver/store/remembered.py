"""What `loading.load` reads, read once for many neighbourhoods that lie around the same records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Protocol

Row = tuple[Any, ...]


class Tables(Protocol):
    """What `loading.load` reads: of records or identities, by their numbers. `Resident` has it."""

    def pairs(self, numbers: Collection[int]) -> list[Row]:
        """The pairs of records, the record first."""

    def rulings(self, numbers: Collection[int]) -> list[Row]:
        """The verdicts that stand on records, whose numbers come first."""

    def names(self, numbers: Collection[int]) -> dict[int, str]:
        """The names of records."""

    def facts(self, numbers: Collection[int]) -> list[Row]:
        """The facts of present records, the record first."""

    def identities(self, numbers: Collection[int]) -> dict[int, int]:
        """The identities that present records are in."""

    def tasks(self, identities: Collection[int]) -> list[Row]:
        """The open review tasks of identities, whose numbers come first."""

    def fellows(self, numbers: Collection[int]) -> dict[int, set[int]]:
        """Who must be regrouped with records because they are in one identity; see `Resident.fellows`."""


class Remembered:
    """Tables that do not change meanwhile; what was asked for once is not looked up again."""

    def __init__(self, tables: Tables) -> None:
        self._pairs = _Shelf(tables.pairs, 1)
        self._rulings = _Shelf(tables.rulings, 2)
        self._facts = _Shelf(tables.facts, 1)
        self._tasks = _Shelf(tables.tasks, 2)
        self._names = _Shelf(lambda numbers: tables.names(numbers).items(), 1)
        self._identities = _Shelf(lambda numbers: tables.identities(numbers).items(), 1)
        self._fellows = _Shelf(lambda numbers: tables.fellows(numbers).items(), 1)

    def pairs(self, numbers: Collection[int]) -> list[Row]:
        """See `Tables`."""
        return self._pairs.rows(numbers)

    def rulings(self, numbers: Collection[int]) -> list[Row]:
        """See `Tables`."""
        return self._rulings.rows(numbers)

    def names(self, numbers: Collection[int]) -> dict[int, str]:
        """See `Tables`."""
        return dict(self._names.rows(numbers))

    def facts(self, numbers: Collection[int]) -> list[Row]:
        """See `Tables`."""
        return self._facts.rows(numbers)

    def identities(self, numbers: Collection[int]) -> dict[int, int]:
        """See `Tables`."""
        return dict(self._identities.rows(numbers))

    def tasks(self, identities: Collection[int]) -> list[Row]:
        """See `Tables`."""
        return self._tasks.rows(identities)

    def fellows(self, numbers: Collection[int]) -> dict[int, set[int]]:
        """See `Tables`."""
        return dict(self._fellows.rows(numbers))


class _Shelf:
    """Rows by the numbers that stand in their first `ends` columns."""

    def __init__(self, read: Callable[[Collection[int]], Iterable[Any]], ends: int) -> None:
        self._read = read
        self._ends = ends
        self._known: dict[int, list[Any]] = {}

    def rows(self, numbers: Collection[int]) -> list[Any]:
        """The rows under any of the numbers, each once."""
        missing = {number for number in numbers if number not in self._known}
        if missing:
            self._known |= {number: [] for number in missing}
            for row in self._read(missing):
                for number in missing.intersection(row[: self._ends]):
                    self._known[number].append(row)
        found = [row for number in numbers for row in self._known[number]]
        return found if self._ends == 1 else list(dict.fromkeys(found))

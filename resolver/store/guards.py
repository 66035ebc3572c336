"""The guards of a store: a number for each, and each by its number, kept in memory.

There are few of them, as many as owners have found ways to restrict. A number never comes to stand for another guard.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from threading import Event
from typing import Any, Final

import duckdb

from resolver.domain.handling import Guard, Restrictions
from resolver.domain.owner import Owner

UNGUARDED: Final = 0
"""The number of no guard at all."""
_ALL: Final = "SELECT number, body FROM guards"
_INSERT: Final = "INSERT INTO guards VALUES (?, ?)"
_LISTS: Final = (
    "allowed_countries",
    "denied_countries",
    "allowed_authorities",
    "denied_authorities",
    "allowed_purposes",
    "denied_purposes",
)


class Guards:
    """Belongs to the one writer, and is written on its connection within its transaction; anybody may look one up."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Reads those of the store."""
        self._connection = connection
        self._guards: dict[int, Guard] = {
            number: guard_from_text(body) for number, body in connection.execute(_ALL).fetchall()
        }
        self._numbers = {guard: number for number, guard in self._guards.items()}
        self._entered: list[Guard] = []
        self.any = Event()
        """Set before the first guard is committed."""
        if self._guards:
            self.any.set()

    def __iter__(self) -> Iterator[Guard]:
        """All of them."""
        return iter(self._numbers)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._guards)

    def guard(self, number: int) -> Guard | None:
        """The guard of a number that was given; None for `UNGUARDED`."""
        return None if number == UNGUARDED else self._guards[number]

    def number(self, guard: Guard | None) -> int:
        """The number of a guard; one that is new is entered."""
        if guard is None:
            return UNGUARDED
        known = self._numbers.get(guard)
        if known is not None:
            return known
        self.any.set()
        number = len(self._guards) + 1
        self._connection.execute(_INSERT, [number, guard_to_text(guard)])
        self._guards[number], self._numbers[guard] = guard, number
        self._entered.append(guard)
        return number

    def commit(self) -> None:
        """Keeps what was entered."""
        self._entered.clear()

    def rollback(self) -> None:
        """Forgets what was entered since the last commit; its numbers are given again."""
        for guard in self._entered:
            del self._guards[self._numbers.pop(guard)]
        self._entered.clear()


def guard_to_text(guard: Guard) -> str:
    """A guard as JSON; the same text for the same guard."""
    lists = {name: sorted(getattr(guard.restrictions, name)) for name in _LISTS}
    stated = {"owner": [guard.owner.country, guard.owner.authority]} | {
        name: each for name, each in lists.items() if each
    }
    return json.dumps(stated, ensure_ascii=False)


def guard_from_text(text: str) -> Guard:
    """The guard of a text."""
    stated: dict[str, Any] = json.loads(text)
    owner = Owner(*stated.pop("owner"))
    return Guard(owner, Restrictions(**{name: frozenset(each) for name, each in stated.items()}))

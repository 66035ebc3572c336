"""The audiences of a store: a number for each. A number never comes to stand for another audience."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import duckdb

from resolver.domain.audience import EVERYBODY, Audience
from resolver.domain.handling import Guard, Viewer
from resolver.store.guards import Guards

_EVERYBODY: Final = 0
_ALL: Final = "SELECT number, lets, keeps_from FROM audiences"
_INSERT: Final = "INSERT INTO audiences VALUES (?, ?, ?)"


class Audiences:
    """Belongs to the one writer, and is written on its connection within its transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, guards: Guards) -> None:
        """Reads those of the store, whose guards are given."""
        self._connection = connection
        self._guards = guards
        self._audiences: dict[int, Audience] = {_EVERYBODY: EVERYBODY} | {
            number: Audience(self._numbered(lets), self._numbered(keeps_from))
            for number, lets, keeps_from in connection.execute(_ALL).fetchall()
        }
        self._numbers = {audience: number for number, audience in self._audiences.items()}
        self._entered: list[Audience] = []

    def audience(self, number: int) -> Audience:
        """The audience of a number that was given."""
        return self._audiences[number]

    def of(self, viewer: Viewer) -> set[int]:
        """The numbers of all audiences that a viewer belongs to."""
        seen = {guard for guard in self._guards if guard.lets(viewer)}
        return {
            number
            for number, audience in self._audiences.items()
            if audience.lets <= seen and audience.keeps_from.isdisjoint(seen)
        }

    def number(self, audience: Audience) -> int:
        """The number of an audience; one that is new is entered."""
        known = self._numbers.get(audience)
        if known is not None:
            return known
        number = len(self._audiences)
        lets, keeps_from = (sorted(map(self._guards.number, guards)) for guards in (audience.lets, audience.keeps_from))
        self._connection.execute(_INSERT, [number, lets, keeps_from])
        self._audiences[number], self._numbers[audience] = audience, number
        self._entered.append(audience)
        return number

    def commit(self) -> None:
        """Keeps what was entered."""
        self._entered.clear()

    def rollback(self) -> None:
        """Forgets what was entered since the last commit; its numbers are given again."""
        for audience in self._entered:
            del self._audiences[self._numbers.pop(audience)]
        self._entered.clear()

    def _numbered(self, numbers: Collection[int]) -> frozenset[Guard]:
        return frozenset(guard for guard in map(self._guards.guard, numbers) if guard is not None)

"""The audiences of a store: a number for each. A number never comes to stand for another audience."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import duckdb

from resolver.domain.audience import EVERYBODY, Audience
from resolver.domain.handling import Guard, Viewer
from resolver.store.guards import Guards

_EVERYBODY: Final = 0
_ALL: Final = "SELECT number, lets, keeps_from FROM audiences"
_INSERT: Final = "INSERT INTO audiences SELECT unnest(?::INTEGER[]), unnest(?::INTEGER[][]), unnest(?::INTEGER[][])"


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
        self.enter([audience])
        return self._numbers[audience]

    def enter(self, audiences: Iterable[Audience]) -> None:
        """Enters those that are new, all by one statement: small ones cost as much each."""
        new = [audience for audience in dict.fromkeys(audiences) if audience not in self._numbers]
        if not new:
            return
        numbers = range(len(self._audiences), len(self._audiences) + len(new))
        rows = (
            [self._listed(audience.lets) for audience in new],
            [self._listed(audience.keeps_from) for audience in new],
        )
        self._connection.execute(_INSERT, [list(numbers), *rows])
        for number, audience in zip(numbers, new, strict=True):
            self._audiences[number], self._numbers[audience] = audience, number
        self._entered += new

    def commit(self) -> None:
        """Keeps what was entered."""
        self._entered.clear()

    def rollback(self) -> None:
        """Forgets what was entered since the last commit; its numbers are given again."""
        for audience in self._entered:
            del self._audiences[self._numbers.pop(audience)]
        self._entered.clear()

    def _listed(self, guards: Collection[Guard]) -> list[int]:
        return sorted(map(self._guards.number, guards))

    def _numbered(self, numbers: Collection[int]) -> frozenset[Guard]:
        return frozenset(guard for guard in map(self._guards.guard, numbers) if guard is not None)

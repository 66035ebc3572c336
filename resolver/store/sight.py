"""What a viewer sees of a store, as the numbers of guards and audiences that rows bear.

    viewer --- guards that let it ---> audiences that it belongs to ---> rows that it is told

Guards and audiences are only ever added, in the transaction of the first row that bears them. So what is known of them
within a snapshot is all that rows of the snapshot can bear, and what is not known yet is not seen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from resolver.domain.handling import Guard, Viewer
from resolver.store.guards import guard_from_text

Values = Sequence[Any] | Mapping[str, Any]
"""The parameters of a query, by place or by name."""
Rows = Callable[[str, Values], list[tuple[Any, ...]]]
"""Runs a query and gives its rows."""

EVERYBODY: Final = 0
"""The audience of what everybody is told, and the guard of what everybody sees: none."""
_NUMBERS: Final = """
SELECT (SELECT coalesce(max(number), 0) FROM guards), (SELECT coalesce(max(number), 0) FROM audiences)
"""
_GUARDS: Final = "SELECT number, body FROM guards WHERE number > ? ORDER BY number"
_AUDIENCES: Final = "SELECT number, lets, keeps_from FROM audiences WHERE number > ? ORDER BY number"
_VIEWERS_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Sight:
    """What one viewer sees: what stands behind these guards or none, and what these audiences are told."""

    guards: frozenset[int]
    audiences: frozenset[int]

    def sees(self, *guards: int) -> bool:
        """Whether all of these guards let the viewer; 0 is none."""
        return self.guards.issuperset(guards)

    def is_told(self, audience: int) -> bool:
        """Whether the viewer belongs to an audience."""
        return audience in self.audiences

    def told(self, **values: object) -> dict[str, object]:
        """The parameters of a query that asks for what `$audiences` are told, with further ones."""
        return {"audiences": list(self.audiences), **values}

    def seen(self, **values: object) -> dict[str, object]:
        """The parameters of a query that asks for what is behind `$guards`, with further ones."""
        return {"guards": list(self.guards), **values}


NOTHING_KNOWN: Final = Sight(frozenset({EVERYBODY}), frozenset({EVERYBODY}))


@dataclass(frozen=True, slots=True)
class _Audience:
    number: int
    lets: frozenset[int]
    keeps_from: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Known:
    """The sight of a viewer as far as it was looked at: so many guards, so many audiences."""

    guards: int
    audiences: int
    sight: Sight


class Sights:
    """Knows the sight of every viewer. Any thread may ask."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._learning = Lock()
        self._lock = Lock()
        """Held while nothing is read, so that nobody waits for the store who asks for what is known."""
        self._guards: list[tuple[int, Guard]] = []
        self._audiences: list[_Audience] = []
        self._viewers: OrderedDict[Viewer, _Known] = OrderedDict()

    def learn(self) -> None:
        """Reads the guards and audiences that were added since the last time, of the snapshot that the thread is in."""
        ((guards, audiences),) = self._rows(_NUMBERS, [])
        if self._is_known(guards, audiences):
            return
        with self._learning:
            last_guard = self._guards[-1][0] if self._guards else 0
            new_guards = [(number, guard_from_text(body)) for number, body in self._rows(_GUARDS, [last_guard])]
            last_audience = self._audiences[-1].number if self._audiences else 0
            new_audiences = [
                _Audience(number, frozenset(lets), frozenset(kept))
                for number, lets, kept in self._rows(_AUDIENCES, [last_audience])
            ]
            with self._lock:
                self._guards += new_guards
                self._audiences += new_audiences

    def of(self, viewer: Viewer) -> Sight:
        """What a viewer sees, by what was learnt."""
        with self._lock:
            known = self._viewers.get(viewer, _Known(0, 0, NOTHING_KNOWN))
            if (known.guards, known.audiences) != (len(self._guards), len(self._audiences)):
                known = self._extended(viewer, known)
            self._viewers[viewer] = known
            self._viewers.move_to_end(viewer)
            if len(self._viewers) > _VIEWERS_KEPT:
                self._viewers.popitem(last=False)
            return known.sight

    def _is_known(self, guards: int, audiences: int) -> bool:
        with self._lock:
            known = self._guards[-1][0] if self._guards else 0, self._audiences[-1].number if self._audiences else 0
        return guards <= known[0] and audiences <= known[1]

    def _extended(self, viewer: Viewer, known: _Known) -> _Known:
        new_guards, new_audiences = self._guards[known.guards :], self._audiences[known.audiences :]
        guards = known.sight.guards.union(number for number, guard in new_guards if guard.lets(viewer))
        audiences = known.sight.audiences.union(
            each.number for each in new_audiences if each.lets <= guards and guards.isdisjoint(each.keeps_from)
        )
        return _Known(len(self._guards), len(self._audiences), Sight(guards, audiences))

"""Classes of viewers who see the same around a change; they follow from the guards there, never from who calls.

All viewers whom each guard treats alike are told the same. Restrictions look at the names of a viewer's country,
authority and purpose alone, so the viewers that guards name, with one of each kind that none of them names, stand for
all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from resolver.domain.handling import Guard, Viewer
from resolver.domain.owner import Owner
from resolver.domain.purpose import PURPOSES

_NOT_NAMED: Final = "*"
"""The country or authority of a representative whom no guard names: no certificate has this one."""
_SETS_KEPT: Final = 4_096


@dataclass(frozen=True, slots=True)
class Audience:
    """The viewers whom each guard of `lets` lets see what is behind it, and no guard of `keeps_from` does.

    `example` is one of them, where it was found by one.
    """

    lets: frozenset[Guard] = frozenset()
    keeps_from: frozenset[Guard] = frozenset()
    example: Viewer | None = field(default=None, compare=False)

    def includes(self, viewer: Viewer | None) -> bool:
        """Whether a viewer is one of them; None sees everything."""
        if viewer is None:
            return not self.keeps_from
        return all(guard.lets(viewer) for guard in self.lets) and not any(
            guard.lets(viewer) for guard in self.keeps_from
        )


EVERYBODY: Final = Audience()


def those_who_see_all(guards: Collection[Guard]) -> Audience:
    """The viewers whom every guard lets see what is behind it."""
    return Audience(frozenset(guards))


def nobody(guards: Collection[Guard]) -> Audience:
    """An audience without a viewer."""
    return Audience(frozenset(guards), frozenset(guards))


def others(guards: Collection[Guard]) -> tuple[Audience, ...]:
    """The other classes of viewers that guards make, those that have no viewer left out."""
    return _others(frozenset(guards))


@lru_cache(maxsize=_SETS_KEPT)
def _others(guards: frozenset[Guard]) -> tuple[Audience, ...]:
    let = {frozenset(guard for guard in guards if guard.lets(viewer)): viewer for viewer in _representatives(guards)}
    return tuple(Audience(some, guards - some, viewer) for some, viewer in let.items() if some != guards)


def _representatives(guards: Collection[Guard]) -> Iterator[Viewer]:
    """Viewers of whom one is treated by the guards as any viewer is."""
    named: defaultdict[str, set[str]] = defaultdict(set, {_NOT_NAMED: set()})
    purposes: set[str] = set()
    for guard in guards:
        restrictions = guard.restrictions
        for country in restrictions.allowed_countries | restrictions.denied_countries:
            named[country] |= set()
        # An owner without authority is nobody who could call.
        if guard.owner.authority:
            named[guard.owner.country].add(guard.owner.authority)
        for owner in map(_owner, restrictions.allowed_authorities | restrictions.denied_authorities):
            named[owner.country].add(owner.authority)
        purposes |= restrictions.allowed_purposes | restrictions.denied_purposes
    told_apart = [*purposes, *sorted(PURPOSES - purposes)[:1]]
    for country, authorities in named.items():
        for authority in (*authorities, _NOT_NAMED):
            for purpose in told_apart:
                yield Viewer(country, authority, purpose)


def _owner(name: str) -> Owner:
    country, _, authority = name.partition("/")
    return Owner(country, authority)

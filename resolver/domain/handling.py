"""Who may see a record: what its owner allows and denies, and who asks.

Deny wins over allow. Where countries or authorities are allowed, they alone are: a country with all of its authorities,
an authority alone. Purposes are looked at apart. Owners see what is theirs, whomever they deny and for whatever purpose
they ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from resolver.domain.owner import Owner

NONE_NAMED: Final[frozenset[str]] = frozenset()
"""A list that names nobody: allowing, it leaves nobody out; denying, it leaves everybody in."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, and for what: views follow from this and from nothing else of a call. `purpose` is one of PURPOSES."""

    country: str
    authority: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Restrictions:
    """Whom the owner of a record allows and denies it.

    Countries are ICAO codes, authorities are written COUNTRY/authority as an `Owner` is, purposes are those of a call.
    """

    allowed_countries: frozenset[str] = NONE_NAMED
    denied_countries: frozenset[str] = NONE_NAMED
    allowed_authorities: frozenset[str] = NONE_NAMED
    denied_authorities: frozenset[str] = NONE_NAMED
    allowed_purposes: frozenset[str] = NONE_NAMED
    denied_purposes: frozenset[str] = NONE_NAMED

    def let(self, viewer: Viewer) -> bool:
        """Whether they let a viewer see the record."""
        authority = str(Owner(viewer.country, viewer.authority))
        if viewer.country in self.denied_countries or authority in self.denied_authorities:
            return False
        named = bool(self.allowed_countries or self.allowed_authorities)
        if named and viewer.country not in self.allowed_countries and authority not in self.allowed_authorities:
            return False
        if viewer.purpose in self.denied_purposes:
            return False
        return not self.allowed_purposes or viewer.purpose in self.allowed_purposes


NO_RESTRICTIONS: Final = Restrictions()


@dataclass(frozen=True, slots=True)
class Guard:
    """What stands before a record that not everybody may see: whose it is, and whom that owner lets see it."""

    owner: Owner
    restrictions: Restrictions

    def lets(self, viewer: Viewer) -> bool:
        """Whether a viewer may see what is behind it."""
        own = (viewer.country, viewer.authority) == (self.owner.country, self.owner.authority)
        return own or self.restrictions.let(viewer)


def is_seen(guard: Guard | None, viewer: Viewer | None) -> bool:
    """Whether a viewer sees what is behind a guard; None for no guard, and for a viewer who sees everything."""
    return guard is None or viewer is None or guard.lets(viewer)


def guard_of(owner: Owner, restrictions: Restrictions) -> Guard | None:
    """What stands before a record; None where everybody may see it."""
    return None if restrictions == NO_RESTRICTIONS else Guard(owner, restrictions)

"""Patterns of callers, owners and sources, as an access file writes them. `*` stands for anything, in a whole part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from resolver.domain.caller import Caller
from resolver.domain.owner import Owner

ANY: Final = "*"
_PART: Final = r"[A-Za-z0-9._-]{1,63}|\*"
_CALLER: Final = re.compile(rf"ftf://([A-Z]{{1,3}}|\*)/({_PART})/({_PART})")
_OWNER: Final = re.compile(r"([A-Z]{1,3}|\*)/(.{0,200})")
_SOURCE: Final = re.compile(r"([A-Za-z0-9._~-]{0,63})(\*?)")


@dataclass(frozen=True, slots=True)
class CallerPattern:
    """Callers by the parts of their names, `ftf://FRA/*/*`."""

    country: str
    authority: str
    system: str

    def matches(self, caller: Caller) -> bool:
        """Whether a caller is one of them."""
        return (
            self.country in (ANY, caller.country)
            and self.authority in (ANY, caller.authority)
            and self.system in (ANY, caller.system)
        )

    def __str__(self) -> str:
        """As the file writes it."""
        return f"ftf://{self.country}/{self.authority}/{self.system}"


@dataclass(frozen=True, slots=True)
class OwnerPattern:
    """Owners: `BEL/police`; `BEL/` is the one without authority, `BEL/*` all of a country."""

    country: str
    authority: str

    def matches(self, owner: Owner) -> bool:
        """Whether an owner is one of them."""
        return self.country in (ANY, owner.country) and self.authority in (ANY, owner.authority)

    def __str__(self) -> str:
        """As the file writes it."""
        return f"{self.country}/{self.authority}"


@dataclass(frozen=True, slots=True)
class SourcePattern:
    """Sources: one by its key, `fra-ncb`, or all whose keys begin alike, `fra-*`."""

    beginning: str
    open_end: bool

    def matches(self, key: str) -> bool:
        """Whether the source with a key is one of them."""
        return key.startswith(self.beginning) if self.open_end else key == self.beginning

    def overlaps(self, other: SourcePattern) -> bool:
        """Whether a source can be of both."""
        return self.matches(other.beginning) or other.matches(self.beginning)

    def __str__(self) -> str:
        """As the file writes it."""
        return self.beginning + ANY * self.open_end


def caller_pattern(text: str) -> CallerPattern | None:
    """The pattern that a text writes; None for a text of another form."""
    found = _CALLER.fullmatch(text)
    return CallerPattern(*found.groups()) if found else None


def owner_pattern(text: str) -> OwnerPattern | None:
    """The pattern that a text writes; None for a text of another form."""
    found = _OWNER.fullmatch(text)
    return OwnerPattern(*found.groups()) if found else None


def source_pattern(text: str) -> SourcePattern | None:
    """The pattern that a text writes; None for a text of another form."""
    found = _SOURCE.fullmatch(text)
    return SourcePattern(found[1], bool(found[2])) if found and text else None

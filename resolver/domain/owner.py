"""Whose a record is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """An authority of a country, `FRA/ncb`. One without authority, `FRA/`, is an owner of its own that no caller is."""

    country: str
    authority: str

    def __str__(self) -> str:
        """The owner as an access file writes it."""
        return f"{self.country}/{self.authority}"

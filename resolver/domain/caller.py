"""Who calls: a system of an authority of a country."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller that a client certificate names, `ftf://FRA/ncb/records`. `country` is an ICAO code."""

    country: str
    authority: str
    system: str

    @property
    def name(self) -> str:
        """The URI of the certificate."""
        return f"ftf://{self.country}/{self.authority}/{self.system}"

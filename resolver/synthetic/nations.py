"""Countries: who holds their nationality, who owns records there, and their towns, read once from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from resolver.synthetic.lexicon import table
from resolver.synthetic.pools import Pool, zipf


@dataclass(frozen=True, slots=True)
class Town:
    """A town in its own script and as foreign clerks write it."""

    country: str
    native: str
    english: str
    french: str
    other: str


@dataclass(frozen=True, slots=True)
class Nation:
    """A nationality: its naming cultures, the Latin school of its documents, its number patterns."""

    code: str
    cultures: Pool[str]
    school: str
    defaults: bool
    passport: str
    identity_card: str
    phone: str
    towns: Pool[Town]


@dataclass(frozen=True, slots=True)
class Source:
    """A collection of records of one authority."""

    key: str
    kind: str
    owner: Owner


@dataclass(frozen=True, slots=True)
class Owner:
    """A country that owns records: its school, its script and the share of names written in it."""

    country: str
    weight: float
    authority: str
    school: str
    script: str
    native: float


@dataclass(frozen=True, slots=True)
class World:
    """Everything about countries that the generator knows."""

    nations: dict[str, Nation]
    nationalities: Pool[str]
    owners: dict[str, Owner]
    sources: dict[str, Pool[Source]]


@lru_cache(maxsize=1)
def world() -> World:
    """The one world of the shipped tables."""
    nation_rows, owner_rows = _yaml("nations.yaml"), _yaml("owners.yaml")
    towns: dict[str, list[Town]] = {}
    for row in table("towns.csv"):
        towns.setdefault(row["country"], []).append(Town(**row))
    nations = {
        code: Nation(
            code,
            Pool(row["cultures"].items()),
            row["school"],
            row["defaults"],
            row["passport"],
            row["id"],
            row["phone"],
            zipf(towns[code], offset=2.0, exponent=0.6),
        )
        for code, row in nation_rows.items()
    }
    owners = {
        code: Owner(code, row["weight"], row["authority"], row["school"], row["script"], row["native"])
        for code, row in owner_rows.items()
    }
    sources = {
        code: Pool((Source(key, kind, owners[code]), weight) for key, (kind, weight) in row["sources"].items())
        for code, row in owner_rows.items()
    }
    return World(nations, Pool((code, row["weight"]) for code, row in nation_rows.items()), owners, sources)


def _yaml(name: str) -> dict[str, Any]:
    text = resources.files("resolver.synthetic").joinpath(name).read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content

"""Countries: who holds their nationality, who owns records there, and their towns, read once from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from resolver.synthetic.name_lists import table
from resolver.synthetic.pools import Pool, zipf
from resolver.synthetic.worlds import World


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
class Atlas:
    """Everything about the countries of one world."""

    nations: dict[str, Nation]
    nationalities: Pool[str]
    abroad: Pool[str]
    owners: dict[str, Owner]
    sources: dict[str, Pool[Source]]


# The files of each world: the held-out one has the ordinary countries, too.
_TABLES = {
    World.ORDINARY: ("",),
    World.HELD_OUT: ("", "held_out_"),
}
# Countries where people live who are citizens of another one.
_ABROAD = {
    "": {"TUR": 4, "D": 3, "FRA": 3, "BEL": 2, "SYR": 6, "IRQ": 4, "JOR": 2, "LBN": 1, "SWE": 1},
    "held_out_": {"ITA": 6, "SOM": 5, "KEN": 4, "GRC": 5, "MYS": 4, "ALB": 2, "AUT": 5},
}


@lru_cache(maxsize=2)
def atlas(world: World) -> Atlas:
    """The countries of a world, from the shipped tables."""
    nation_rows: dict[str, Any] = {}
    owner_rows: dict[str, Any] = {}
    abroad: dict[str, float] = {}
    towns: dict[str, list[Town]] = {}
    for prefix in _TABLES[world]:
        nation_rows |= _yaml(f"{prefix}nations.yaml")
        owner_rows |= _yaml(f"{prefix}owners.yaml")
        abroad |= _ABROAD[prefix]
        for row in table(f"{prefix}towns.csv"):
            towns.setdefault(row["country"], []).append(Town(**row))
    nations = {code: _nation(code, row, towns[code]) for code, row in nation_rows.items()}
    owners = {
        code: Owner(code, row["weight"], row["authority"], row["school"], row["script"], row["native"])
        for code, row in owner_rows.items()
    }
    sources = {
        code: Pool((Source(key, kind, owners[code]), weight) for key, (kind, weight) in row["sources"].items())
        for code, row in owner_rows.items()
    }
    nationalities = Pool((code, row["weight"]) for code, row in nation_rows.items())
    return Atlas(nations, nationalities, Pool(abroad.items()), owners, sources)


def _nation(code: str, row: dict[str, Any], towns: list[Town]) -> Nation:
    return Nation(
        code,
        Pool(row["cultures"].items()),
        row["school"],
        row["defaults"],
        row["passport"],
        row["id"],
        row["phone"],
        zipf(towns, offset=2.0, exponent=0.6),
    )


def _yaml(name: str) -> dict[str, Any]:
    text = resources.files("resolver.synthetic").joinpath(name).read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content

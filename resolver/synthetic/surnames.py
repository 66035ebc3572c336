"""Family names composed of stems and endings, as the tables of ``surnames.yaml`` say for each culture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from resolver.synthetic.name_lists import in_made_up_order

_VOWELS = "аеёиоуыэюяaeiouıəöüეიოუა"
_SOFT = "йь"
_LATIN_POSSESSIVE = {True: "yev", False: "ov"}


@lru_cache(maxsize=1)
def _rules() -> dict[str, list[dict[str, Any]]]:
    text = resources.files("resolver.synthetic").joinpath("surnames.yaml").read_text(encoding="utf-8")
    rules: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    return rules


def composed(culture: str, given: Sequence[str], longest: int) -> list[str]:
    """At most `longest` family names of a culture, in an order that is none; `given` are its male given names."""
    return in_made_up_order(dict.fromkeys(_all(culture, given)))[:longest]


def _all(culture: str, given: Sequence[str]) -> Iterator[str]:
    for rule in _rules().get(culture, ()):
        stems = [name for name in given if " " not in name] if rule["stems"] == "given" else rule["stems"]
        for stem in stems:
            for ending in rule["endings"]:
                if not stem.lower().endswith(ending.strip("~").lower() or " "):
                    yield _joined(stem, ending)


def _joined(stem: str, ending: str) -> str:
    if ending.endswith("OV"):
        return possessive(stem + ending.removesuffix("OV"))
    if ending.startswith("~"):
        return stem.rstrip(_VOWELS + _SOFT) + ending[1:]
    return stem + ending


def possessive(name: str) -> str:
    """The Russian possessive of a name, in Cyrillic or in Azerbaijani Latin: Муса-ев, Омар-ов, Кәrim-ov."""
    if name[-1].isascii() or name[-1] in "əıöüşçğ":
        return name + _LATIN_POSSESSIVE[name[-1] in _VOWELS]
    if name[-1] in _SOFT:
        return name[:-1] + "ев"
    return name + ("ев" if name[-1] in _VOWELS else "ов")

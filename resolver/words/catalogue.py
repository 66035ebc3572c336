"""Texts of explanations by stable codes, in English, French, Spanish and Arabic.

The English words of levels are those of the model's definition; everything else stands in one file a language. No text
has a value of a record.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from resolver.domain.decision import ReviewReason
from resolver.linkage.comparison import Level
from resolver.linkage.comparisons import COMPARISONS

LANGUAGES: Final = ("en", "fr", "es", "ar")
"""ISO 639-1 codes; the first is the one for whoever asks for none that is here."""
SILENT: Final = "nothing_to_compare"
_LEVELS: Final[Mapping[str, Level]] = {
    comparison.code(level): level for comparison in COMPARISONS for level in comparison.levels
}

Texts = Mapping[str, Mapping[str, str]]


def language_of(tag: str) -> str:
    """The language for a BCP 47 tag, such as `fr` for `fr-CA`."""
    primary = tag.replace("_", "-").partition("-")[0].lower()
    return primary if primary in LANGUAGES else LANGUAGES[0]


def comparison_words(comparison: str, language: str) -> str:
    """What a comparison is about."""
    return texts(language)["comparisons"][comparison]


def level_words(code: str, language: str) -> str:
    """A level of a comparison by its code, such as `birth_date.same_day`, or `birth_date.nothing_to_compare`."""
    comparison, _, name = code.partition(".")
    if name == SILENT:
        return texts(language)["general"][SILENT]
    level = _LEVELS[code]
    if language == LANGUAGES[0]:
        return level.words
    words = texts(language)["levels"][f"{comparison}.{level.kind or level.code}"]
    return f"{words}{_rarity_words(level, language)}" if level.kind else words


def reason_words(reason: ReviewReason, language: str) -> str:
    """Why two identities wait for a person, or which rule refuses."""
    return texts(language)["reasons"][reason.name.lower()]


def outcome_words(outcome: str, language: str) -> str:
    """What came of a pair, by the lower-case name of its `PairOutcome`."""
    return texts(language)["outcomes"][outcome]


@cache
def texts(language: str) -> Texts:
    """All texts of a language: sections of texts by code."""
    found = yaml.safe_load((files("resolver.words") / f"{language}.yaml").read_text(encoding="utf-8"))
    return {str(section): dict(entries) for section, entries in found.items()}


def _rarity_words(level: Level, language: str) -> str:
    general = texts(language)["general"]
    bits = int(level.code.rpartition("_")[2])
    return general["rare"].format(people=_grouped(2**bits, general["thousands"])) if bits else general["common"]


def _grouped(number: int, separator: str) -> str:
    return f"{number:,}".replace(",", separator)

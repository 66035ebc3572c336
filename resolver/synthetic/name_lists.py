"""Lists of names: the tables of this folder, and the lists of Faker, as words with a sound and a spelling at home."""

from __future__ import annotations

import csv
import importlib
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import resources

from resolver.synthetic.arabic_script import arabic, guessed_sound
from resolver.synthetic.cyrillic_script import cyrillic_sound
from resolver.synthetic.other_scripts import georgian_sound, latin_sound
from resolver.synthetic.phonemes import Word, parse

Words = Sequence[Word]
_ARABIC_MARKS = re.compile("[\u064b-\u065f\u0640\u200c]")
_SLAVIC_ENDINGS = (
    ("ович", "وفيتش"),
    ("евич", "يفيتش"),
    ("овна", "وفنا"),
    ("евна", "يفنا"),
    ("ова", "وفا"),
    ("ева", "ييفا"),
    ("ов", "وف"),
    ("ев", "ييف"),
)


def table(name: str) -> Iterator[dict[str, str]]:
    """The rows of a comma-separated table of this package."""
    text = resources.files("resolver.synthetic").joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def by_role(words: Iterable[tuple[str, Word]]) -> dict[str, list[Word]]:
    """The words of each role, in their order."""
    roles: dict[str, list[Word]] = {}
    for role, word in words:
        roles.setdefault(role, []).append(word)
    return roles


def in_made_up_order(names: Iterable[str]) -> list[str]:
    """An order that is not the alphabet's: most lists are alphabetical, and the first names become the common ones."""
    return sorted(names, key=lambda name: (zlib.crc32(name.encode()), name))


@lru_cache(maxsize=1)
def _cognates() -> dict[str, str]:
    return {row["word"]: row["arabic"] for row in table("cognates.csv")}


def cognate(word: str) -> str:
    """The Arabic spelling of a name of Arabic origin, or of a surname or patronymic made from one; else nothing."""
    for ending, arabic_ending in _SLAVIC_ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word:
            for origin in (stem, stem + "а", stem + "й"):
                if found := _cognates().get(origin):
                    return found + arabic_ending
    return _cognates().get(word, "")


def arabic_word(sound: str) -> Word:
    """An Arabic word with its usual spelling."""
    return Word(sound, arabic(sound), "Arab")


def cyrillic_word(word: str) -> Word:
    """A Cyrillic word with its sound."""
    return Word(cyrillic_sound(word), word, "Cyrl", cognate(word))


def latin_word(word: str, language: str) -> Word:
    """A word of a language in Latin letters with its sound."""
    return Word(latin_sound(word, language), word, "Latn", cognate(word))


def georgian_word(word: str) -> Word:
    """A Georgian word with its sound."""
    return Word(georgian_sound(word), word, "Geor", cognate(word))


def arabic_table() -> dict[str, list[Word]]:
    """The Arabic names of the table by role."""
    return by_role((row["role"], arabic_word(parse(row["word"]))) for row in table("arabic_names.csv"))


def persian_table() -> dict[str, list[Word]]:
    """The Persian, Pashto and Urdu names of the table by role."""
    rows = table("persian_names.csv")
    return by_role((row["role"], Word(parse(row["word"]), row["native"], "Arab")) for row in rows)


def slavic_table() -> dict[str, list[Word]]:
    """The names of the table that are written in Cyrillic, by role."""
    return by_role((row["role"], cyrillic_word(row["word"])) for row in table("slavic_names.csv"))


def latin_table(name: str) -> dict[str, list[Word]]:
    """The names of a table that are written in Latin letters, by role; the role begins with the language."""
    return by_role((row["role"], latin_word(row["word"], row["role"].split("-")[0])) for row in table(name))


def faker_list(locale: str, *attributes: str) -> list[str]:
    """Lists of a Faker person provider in their order; calling Faker for each name would cost minutes."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    names = (str(name) for attribute in attributes for name in getattr(provider, attribute, ()))
    return list(dict.fromkeys(name.replace("\u200c", "") for name in names if " " not in name and 2 < len(name) < 20))


def faker_arabic(locale: str, attribute: str) -> list[Word]:
    """Names in Arabic letters with a guessed sound."""
    spelt = (_ARABIC_MARKS.sub("", name) for name in faker_list(locale, attribute))
    return [Word(guessed_sound(name), name, "Arab") for name in spelt if 3 <= len(name) <= 9]


def faker_persian(attribute: str) -> list[Word]:
    """Iranian names in Persian letters with a guessed sound."""
    spelt = (name.replace("ي", "ی").replace("ك", "ک") for name in faker_list("fa_IR", attribute))
    return [Word(guessed_sound(name), name, "Arab") for name in spelt]


def faker_latin(locale: str, language: str, *attributes: str) -> list[Word]:
    """Names in Latin letters."""
    names = [name for name in faker_list(locale, *attributes) if name[0].isalpha()]
    return [latin_word(name, language) for name in (names if language == "english" else in_made_up_order(names))]

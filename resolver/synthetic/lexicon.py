"""The names of each culture as weighted pools, read once: tables of this folder first, then the lists of Faker."""

from __future__ import annotations

import csv
import importlib
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from resolver.synthetic.arabic_script import arabic, guessed_sound
from resolver.synthetic.cyrillic_script import cyrillic_sound
from resolver.synthetic.other_scripts import georgian_sound, latin_sound
from resolver.synthetic.phonemes import Word, parse
from resolver.synthetic.pools import Pool, zipf

_ARABIC_MARKS = re.compile("[\u064b-\u065f\u0640\u200c]")
_KEPT_FROM_FAKER = 220
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


@dataclass(frozen=True, slots=True)
class Culture:
    """A naming culture: how its names are built (its system), and its pools."""

    key: str
    system: str
    male: Pool[Word]
    female: Pool[Word]
    family: Pool[Word]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every culture, and the words of noms de guerre."""

    cultures: dict[str, Culture]
    kunyas: Pool[Word]
    nisbas: Pool[Word]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The one lexicon: it depends on nothing but the shipped tables and the version of Faker."""
    arab, persian, slavic, roman = _arab_words(), _persian_words(), _slavic_words(), _latin_words()
    male, female = (
        (*arab["male"], *_faker_arab("ar_AA", "first_names_male")),
        (*arab["female"], *_faker_arab("ar_AA", "first_names_female")),
    )
    families = (*arab["family"], *_faker_arab("ar_AA", "last_names"))
    maghrebi = (*arab["maghrebi"], *_faker_arab("ar_DZ", "last_names"))
    caucasian, turkestani = _group(slavic, "caucasian"), _group(slavic, "turkestani")
    afghan, pakistani = _group(persian, "afghan"), _group(persian, "pakistani")
    cultures = [
        _culture("arab", "chain", male, female, families),
        _culture("maghreb", "maghreb", male, female, maghrebi),
        _culture("caucasian", "patronymic", *caucasian),
        _culture("turkestani", "patronymic", *turkestani),
        _culture("slavic", "patronymic", *_faker_cyrillic()),
        _culture(
            "afghan", "persian", (*afghan[0], *persian["male"]), persian["female"], (*afghan[2], *persian["family"])
        ),
        _culture("pakistani", "persian", pakistani[0], persian["female"], pakistani[2]),
        _culture("iranian", "persian", *_iranian(persian)),
        _culture("georgian", "western", *_faker_words("ka_GE", "georgian", "Geor")),
        _culture("turkish", "western", *_joined(_group(roman, "turkish"), _faker_words("tr_TR", "turkish"))),
        _culture("bosniak", "western", *_group(roman, "bosniak")),
        _culture("albanian", "western", *_group(roman, "albanian")),
        _culture("malay", "malay", *_joined(_group(roman, "malay"), _faker_words("id_ID", "malay"))),
        _culture("azeri", "western", *_faker_words("az_AZ", "azeri")),
        *(
            _culture(language, "western", *_faker_words(locale, language))
            for language, locale in (
                ("french", "fr_FR"),
                ("german", "de_DE"),
                ("english", "en_GB"),
                ("dutch", "nl_NL"),
                ("spanish", "es_ES"),
                ("italian", "it_IT"),
                ("swedish", "sv_SE"),
            )
        ),
    ]
    # The first forty given names make almost all kunyas: that is what makes them so poor at telling people apart.
    return Lexicon(
        {culture.key: culture for culture in cultures}, zipf(arab["male"][:60], 0.8, 1.0), zipf(arab["nisba"], 2.0, 0.7)
    )


Words = Sequence[Word]


def _culture(key: str, system: str, male: Words, female: Words, family: Words) -> Culture:
    return Culture(key, system, zipf(male), zipf(female), zipf(family, offset=6.0, exponent=0.55))


def table(name: str) -> Iterator[dict[str, str]]:
    """The rows of a comma-separated table of this package."""
    text = resources.files("resolver.synthetic").joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _by_role(words: Iterable[tuple[str, Word]]) -> dict[str, list[Word]]:
    roles: dict[str, list[Word]] = {}
    for role, word in words:
        roles.setdefault(role, []).append(word)
    return roles


def _arab_words() -> dict[str, list[Word]]:
    sounds = ((row["role"], parse(row["word"])) for row in table("arabic_names.csv"))
    return _by_role((role, Word(sound, arabic(sound), "Arab")) for role, sound in sounds)


def _persian_words() -> dict[str, list[Word]]:
    return _by_role(
        (row["role"], Word(parse(row["word"]), row["native"], "Arab")) for row in table("persian_names.csv")
    )


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


def _slavic_words() -> dict[str, list[Word]]:
    return _by_role((row["role"], cyrillic_word(row["word"])) for row in table("slavic_names.csv"))


def cyrillic_word(word: str) -> Word:
    """A Cyrillic word with its sound."""
    return Word(cyrillic_sound(word), word, "Cyrl", cognate(word))


def _latin_words() -> dict[str, list[Word]]:
    return _by_role(
        (
            row["role"],
            Word(latin_sound(row["word"], row["role"].split("-")[0]), row["word"], "Latn", cognate(row["word"])),
        )
        for row in table("latin_names.csv")
    )


def _group(words: dict[str, list[Word]], culture: str) -> tuple[Words, Words, Words]:
    return words.get(f"{culture}-male", ()), words.get(f"{culture}-female", ()), words.get(f"{culture}-family", ())


def _joined(first: tuple[Words, Words, Words], then: tuple[Words, Words, Words]) -> tuple[Words, Words, Words]:
    return (*first[0], *then[0]), (*first[1], *then[1]), (*first[2], *then[2])


def _faker(locale: str, attribute: str) -> list[str]:
    """A list of a Faker person provider in its order; calling Faker for each name would cost minutes."""
    values = getattr(importlib.import_module(f"faker.providers.person.{locale}").Provider, attribute, ())
    return list(dict.fromkeys(str(value) for value in values))


def _as_if_by_frequency(name: str) -> tuple[int, str]:
    """An order that is not the alphabet's: most lists are alphabetical, and the first names become the common ones."""
    return zlib.crc32(name.encode()), name


def _faker_arab(locale: str, attribute: str) -> list[Word]:
    spelt = (_ARABIC_MARKS.sub("", name) for name in _faker(locale, attribute))
    names = [name for name in spelt if 3 <= len(name) <= 9 and " " not in name][:_KEPT_FROM_FAKER]
    return [Word(guessed_sound(name), name, "Arab") for name in names]


def _iranian(persian: dict[str, list[Word]]) -> tuple[Words, Words, Words]:
    lists = []
    for role, attribute in (("male", "first_names_male"), ("female", "first_names_female"), ("family", "last_names")):
        names = [
            name.replace("\u200c", "").replace("ي", "ی").replace("ك", "ک")
            for name in _faker("fa_IR", attribute)
            if " " not in name
        ]
        lists.append([*persian[role], *(Word(guessed_sound(name), name, "Arab") for name in names)])
    return lists[0], lists[1], lists[2]


def _faker_cyrillic() -> tuple[Words, Words, Words]:
    parts = ("first_names_male", "first_names_female", "last_names_male")
    lists = [
        [cyrillic_word(name) for name in sorted(_faker("ru_RU", part), key=_as_if_by_frequency) if " " not in name]
        for part in parts
    ]
    return lists[0], lists[1], lists[2]


def _faker_words(locale: str, language: str, script: str = "Latn") -> tuple[Words, Words, Words]:
    family = _faker(locale, "last_names") or [*_faker(locale, "last_names_male"), *_faker(locale, "last_names_unisex")]
    lists = []
    for listed in (_faker(locale, "first_names_male"), _faker(locale, "first_names_female"), family):
        names = listed if language == "english" else sorted(listed, key=_as_if_by_frequency)
        kept = [name for name in names if 2 < len(name) < 20 and name[0].isalpha() and " " not in name][
            : 2 * _KEPT_FROM_FAKER
        ]
        sounds = (georgian_sound(name) if script == "Geor" else latin_sound(name, language) for name in kept)
        lists.append([Word(sound, name, script, cognate(name)) for sound, name in zip(sounds, kept, strict=True)])
    return lists[0], lists[1], lists[2]

"""The names of each culture as weighted pools: attested names first, then the long tail of composed ones.

Family names follow a power law with its head flattened, as in the surname statistics of many countries (Miyazima et
al. 2000, Physica A 278): two random persons of one culture share the family name in 0.1 to 1 of 100 cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from resolver.synthetic import name_lists as lists
from resolver.synthetic.arabic_surnames import arab_families, maghrebi_families
from resolver.synthetic.held_out_lexicon import HELD_OUT_CULTURES, held_out_names
from resolver.synthetic.name_lists import Words
from resolver.synthetic.persian_names import afghan_names, iranian_names, pakistani_names
from resolver.synthetic.phonemes import Word
from resolver.synthetic.pools import Pool, zipf
from resolver.synthetic.surnames import composed

_LONGEST = 4000
# Offset and exponent of the power law of family names: as in most countries, and where few names serve very many.
_MANY_FAMILIES, _FEW_FAMILIES = (4.0, 0.9), (3.0, 1.0)
_FEW = frozenset(("caucasian", "turkestani", "afghan", "pakistani", "uyghur"))
_WESTERN = {
    "french": "fr_FR",
    "german": "de_DE",
    "english": "en_GB",
    "dutch": "nl_NL",
    "spanish": "es_ES",
    "swedish": "sv_SE",
}
_SYSTEMS = {
    "arab": "chain",
    "maghreb": "maghreb",
    "caucasian": "patronymic",
    "turkestani": "patronymic",
    "slavic": "patronymic",
    "afghan": "persian",
    "pakistani": "persian",
    "iranian": "persian",
    "indonesian": "malay",
}
ORDINARY_CULTURES = (*_SYSTEMS, "georgian", "turkish", "bosniak", "azeri", *_WESTERN)


@dataclass(frozen=True, slots=True)
class Culture:
    """A naming culture: how its names are built (its system), and its pools."""

    key: str
    system: str
    male: Pool[Word]
    female: Pool[Word]
    family: Pool[Word]


@lru_cache(maxsize=64)
def culture(key: str) -> Culture:
    """The culture of a key; it depends on nothing but the shipped tables and the version of Faker."""
    if key in HELD_OUT_CULTURES:
        system, male, female, family = held_out_names(key, _LONGEST)
    else:
        system, (male, female, family) = _SYSTEMS.get(key, "western"), _names(key)
    offset, exponent = _FEW_FAMILIES if key in _FEW else _MANY_FAMILIES
    return Culture(key, system, zipf(_once(male)), zipf(_once(female)), zipf(_once(family), offset, exponent))


def _once(words: Words) -> list[Word]:
    kept: dict[str, Word] = {}
    for word in words:
        kept.setdefault(word.native, word)
    return list(kept.values())


@lru_cache(maxsize=1)
def kunyas() -> Pool[Word]:
    """The names that follow Abu: the first few make most noms de guerre, which tell so little apart for that."""
    return zipf(lists.arabic_table()["male"][:60], 0.8, 1.0)


@lru_cache(maxsize=1)
def nisbas() -> Pool[Word]:
    """The origins that noms de guerre name."""
    return zipf(lists.arabic_table()["nisba"], 2.0, 0.7)


def _names(key: str) -> tuple[Words, Words, Words]:
    """Male and female given names and family names of a culture, the common ones first."""
    if key in ("arab", "maghreb"):
        return _arabic(key)
    if key == "afghan":
        return afghan_names(_LONGEST)
    if key == "pakistani":
        return pakistani_names(_LONGEST)
    if key == "iranian":
        return iranian_names(_LONGEST)
    if key in ("caucasian", "turkestani", "slavic"):
        return _cyrillic(key)
    if key == "georgian":
        return _georgian()
    return _latin(key)


def _arabic(key: str) -> tuple[Words, Words, Words]:
    words = lists.arabic_table()
    male = (*words["male"], *lists.faker_arabic("ar_AA", "first_names_male"))
    female = (*words["female"], *lists.faker_arabic("ar_AA", "first_names_female"))
    if key == "arab":
        attested = (*words["family"], *lists.faker_arabic("ar_AA", "last_names"))
        return male, female, (*attested, *arab_families(male, _LONGEST))
    attested = (*words["maghrebi"], *lists.faker_arabic("ar_DZ", "last_names"))
    return male, female, (*attested, *maghrebi_families(male, _LONGEST))


def _cyrillic(key: str) -> tuple[Words, Words, Words]:
    if key == "slavic":
        male, female, family = (
            [lists.cyrillic_word(name) for name in lists.in_made_up_order(lists.faker_list("ru_RU", attribute))]
            for attribute in ("first_names_male", "first_names_female", "last_names_male")
        )
    else:
        words = lists.slavic_table()
        male, female, family = (words[f"{key}-{role}"] for role in ("male", "female", "family"))
    tail = composed(key, [word.native for word in male], _LONGEST)
    return male, female, [*family, *(lists.cyrillic_word(name) for name in tail)]


def _georgian() -> tuple[Words, Words, Words]:
    male, female, family = (
        lists.in_made_up_order(lists.faker_list("ka_GE", attribute))
        for attribute in ("first_names_male", "first_names_female", "last_names")
    )
    tail = composed("georgian", male, _LONGEST)
    words = [[lists.georgian_word(name) for name in names] for names in (male, female, [*family, *tail])]
    return words[0], words[1], words[2]


def _latin(key: str) -> tuple[Words, Words, Words]:
    """Names at home in Latin letters: table, then Faker, then composed ones."""
    words = lists.latin_table("latin_names.csv")
    locale = _WESTERN.get(key) or {"turkish": "tr_TR", "indonesian": "id_ID", "azeri": "az_AZ"}.get(key, "")
    male, female = (
        [
            *words.get(f"{key}-{role}", ()),
            *(lists.faker_latin(locale, key, f"first_names_{role}") if locale else ()),
        ]
        for role in ("male", "female")
    )
    attributes = ("last_names_male", "last_names_unisex") if key == "azeri" else ("last_names",)
    family = [*words.get(f"{key}-family", ()), *(lists.faker_latin(locale, key, *attributes) if locale else ())]
    tail = composed(key, [word.native for word in male], _LONGEST)
    return male, female, [*family, *(lists.latin_word(name, key) for name in tail)]

"""Names of the cultures that only the held-out world has: they are never seen in training."""

from __future__ import annotations

from functools import lru_cache

from resolver.synthetic import name_lists as lists
from resolver.synthetic.held_out_scripts import sound_of
from resolver.synthetic.name_lists import Words
from resolver.synthetic.phonemes import Word, parse
from resolver.synthetic.surnames import composed

HELD_OUT_CULTURES = {
    "somali": "descent",
    "swahili": "persian",
    "hausa": "persian",
    "uyghur": "descent",
    "malaysian": "son of",
    "moro": "western",
    "albanian": "western",
    "italian": "western",
    "greek": "western",
    "hebrew": "western",
    "armenian": "western",
}
Names = tuple[str, Words, Words, Words]


def held_out_names(key: str, longest: int) -> Names:
    """System, male and female given names and family names of a held-out culture, the common ones first."""
    system = HELD_OUT_CULTURES[key]
    if key == "somali":
        return system, *_somali()
    if key == "uyghur":
        return system, *_uyghur()
    if key in ("greek", "armenian"):
        return system, *_faker(key)
    if key == "hebrew":
        return system, *_hebrew()
    if key == "italian":
        return system, *_italian(longest)
    return system, *_mixed(key, longest)


def _arabic(role: str, count: int) -> list[Word]:
    words = lists.arabic_table()[role][:count]
    return [word for word in words if "al-dIn" not in word.sound]


@lru_cache(maxsize=1)
def _hand_written() -> dict[str, list[Word]]:
    return lists.by_role(
        (row["role"], lists.latin_word(row["word"], _LANGUAGE.get(row["role"].split("-")[0], "english")))
        for row in lists.table("held_out_names.csv")
    )


_LANGUAGE = {"albanian": "albanian", "malaysian": "indonesian"}


def _somali() -> tuple[Words, Words, Words]:
    roles = lists.by_role(
        (row["role"], lists.arabic_word(parse(row["word"]))) for row in lists.table("somali_names.csv")
    )
    male = [*_arabic("male", 12), *roles["somali-male"], *_arabic("male", 140)[12:]]
    return male, [*roles["somali-female"], *_arabic("female", 73)], [*male, *roles["somali-family"]]


def _uyghur() -> tuple[Words, Words, Words]:
    rows = lists.table("uyghur_names.csv")
    words = lists.by_role((row["role"], Word(parse(row["sound"]), row["native"], "Arab")) for row in rows)
    return words["male"], words["female"], words["male"]


def _faker(key: str) -> tuple[Words, Words, Words]:
    locale, script = {"greek": ("el_GR", "Grek"), "armenian": ("hy_AM", "Armn")}[key]
    male, female, family = (
        [
            Word(sound_of(name, script), name, script)
            for name in lists.in_made_up_order(lists.faker_list(locale, *attributes))
        ]
        for attributes in (("first_names_male",), ("first_names_female",), _FAMILIES[key])
    )
    return male, female, family


_FAMILIES = {"greek": ("last_names_male",), "armenian": ("last_names",)}


def _hebrew() -> tuple[Words, Words, Words]:
    rows = lists.table("hebrew_names.csv")
    words = lists.by_role((row["role"], Word(parse(row["sound"]), row["native"], "Hebr")) for row in rows)
    return words["male"], words["female"], words["family"]


def _italian(longest: int) -> tuple[Words, Words, Words]:
    male, female, family = (
        lists.faker_latin("it_IT", "italian", attribute)
        for attribute in ("first_names_male", "first_names_female", "last_names")
    )
    return male, female, [*family, *(lists.latin_word(name, "italian") for name in composed("italian", (), longest))]


def _mixed(key: str, longest: int) -> tuple[Words, Words, Words]:
    """Arabic given names beside those of the own language, and composed family names."""
    words, language = _hand_written(), _LANGUAGE.get(key, "english")
    own_male, own_female = words.get(f"{key}-male", []), words.get(f"{key}-female", [])
    if key == "swahili":
        own_male = [lists.latin_word(name, language) for name in lists.faker_list("en_KE", "first_names_male")]
        own_female = [lists.latin_word(name, language) for name in lists.faker_list("en_KE", "first_names_female")]
    male, female = [*own_male[:20]], [*own_female[:10]]
    if key != "albanian":
        male, female = [*_arabic("male", 120), *male], [*_arabic("female", 60), *female]
    male, female = [*male, *own_male[20:]], [*female, *own_female[10:]]
    family = [*words.get(f"{key}-family", [])]
    if key == "swahili":
        family = [lists.latin_word(name, language) for name in lists.faker_list("en_KE", "last_names")]
    elif key in ("malaysian", "hausa"):
        family = [*family, *male]
    tail = composed(key, [word.native for word in own_male], longest)
    return male, female, [*family, *(lists.latin_word(name, language) for name in tail)]

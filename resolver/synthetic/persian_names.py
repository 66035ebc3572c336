"""Names of Afghanistan, Iran and Pakistan: attested ones, then compounds and family names as those languages form them.

Given names are compounds of Arabic ones (Abdul X, X-ullah, X Muhammad, Ghulam X, X Khan); family names end in -i,
-zada, -pur, -nizhad, -yar, -iyan, in Pashto also -zai and -khel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from resolver.synthetic import name_lists as lists
from resolver.synthetic.arabic_script import arabic
from resolver.synthetic.name_lists import Words, in_made_up_order
from resolver.synthetic.phonemes import Word, parse

_PERSIAN = str.maketrans("يك", "یک")
_BORROWED = 281
_URDU_VOWELS = (("aa", "A"), ("ee", "I"), ("oo", "U"), ("ai", "ay"), ("au", "aw"), ("o", "U"), ("e", "i"))
_FINAL_VOWEL = re.compile("[aiu]$")
_LAST_I = re.compile("i(?=[^aiuAIU]$)")
_LAST = (("khAn", "خان"), ("jAn", "جان"), ("muHammad", "محمد"), ("aHmad", "احمد"))
_FIRST = (("ghulAm", "غلام"), ("muHammad", "محمد"), ("gul", "گل"))
_AFGHAN_ENDINGS = (("I", "ی"), ("zay", "زی"), ("khEl", "خیل"), ("zAda", "زاده"), ("yAr", "یار"), ("pUr", "پور"))
_PAKISTANI_ENDINGS = (("I", "ی"), ("zay", "زئی"), ("khEl", "خیل"))
_IRANIAN_ENDINGS = (
    ("I", "ی"),
    ("zAda", "زاده"),
    ("pUr", "پور"),
    ("nizhAd", "نژاد"),
    ("yAr", "یار"),
    ("iyAn", "یان"),
    ("fard", "فرد"),
    ("niyA", "نیا"),
)


def afghan_names(longest: int) -> tuple[Words, Words, Words]:
    """Male and female given names and family names of Afghanistan, the common ones first."""
    words = lists.persian_table()
    borrowed = _borrowed("male")
    male = [*words["afghan-male"], *words["male"], *borrowed, *_compounds(borrowed)]
    female = [*words["female"], *_borrowed("female")]
    family = [*words["afghan-family"], *words["family"], *_families(borrowed, _AFGHAN_ENDINGS, longest)]
    return male, female, family


def iranian_names(longest: int) -> tuple[Words, Words, Words]:
    """Male and female given names and family names of Iran, the common ones first."""
    words = lists.persian_table()
    borrowed = _borrowed("male")
    male = [*words["male"], *lists.faker_persian("first_names_male"), *borrowed, *_compounds(borrowed[:60])]
    female = [*words["female"], *lists.faker_persian("first_names_female"), *_borrowed("female")]
    tail = _families(male, _IRANIAN_ENDINGS, longest)
    return male, female, [*words["family"], *lists.faker_persian("last_names"), *tail]


def pakistani_names(longest: int) -> tuple[Words, Words, Words]:
    """Male and female given names and family names of Pakistan, where the second name often is the father's."""
    words = lists.persian_table()
    listed = [
        Word(sound, arabic(sound).translate(_PERSIAN), "Arab")
        for name in in_made_up_order(lists.faker_list("en_PK", "first_names", "last_names"))
        if (sound := _urdu_sound(name))
    ]
    borrowed = _borrowed("male")
    male = [*words["pakistani-male"], *borrowed, *listed, *_compounds(borrowed)]
    female = [*words["female"], *_borrowed("female")]
    tail = _families(borrowed, _PAKISTANI_ENDINGS, longest)
    return male, female, [*words["pakistani-family"], *borrowed, *listed, *tail]


def _urdu_sound(name: str) -> str:
    """The phonemes of a Pakistani name in its usual English spelling; a last i is long, as in most of them."""
    sound = name.lower()
    for spelling, vowel in _URDU_VOWELS:
        sound = sound.replace(spelling, vowel)
    sound = _LAST_I.sub("I", parse("".join(letter for letter in sound if letter.isalpha())))
    return _FINAL_VOWEL.sub(lambda found: found.group().upper(), sound)


def _borrowed(role: str) -> list[Word]:
    """Given names of the Arabic table as Persian and Urdu spell and sound them."""
    words = lists.arabic_table()[role][:_BORROWED]
    return [
        Word(word.sound.replace("`abd al-", "`abdul "), word.native.translate(_PERSIAN), "Arab")
        for word in words
        if "al-dIn" not in word.sound and "al-láh" not in word.sound
    ]


def _compounds(words: Sequence[Word]) -> list[Word]:
    single = [word for word in words if " " not in word.sound]
    compounds = {f"{word.native} {last}": f"{word.sound} {sound}" for word in single for sound, last in _LAST}
    compounds |= {f"{first} {word.native}": f"{sound} {word.sound}" for word in single for sound, first in _FIRST}
    compounds |= {f"{word.native}الله": f"{word.sound} ullAh" for word in single[:60]}
    return [Word(compounds[native], native, "Arab") for native in in_made_up_order(compounds)]


def _families(words: Iterable[Word], endings: Sequence[tuple[str, str]], longest: int) -> list[Word]:
    formed: dict[str, str] = {}
    for word in words:
        if " " in word.sound:
            continue
        stem, native = word.sound.rstrip("@YAI"), word.native.removesuffix("ی").removesuffix("ة")
        formed |= {native + written: stem + sound.replace("kh", "x").replace("zh", "ž") for sound, written in endings}
    return [Word(formed[native], native, "Arab") for native in in_made_up_order(formed)[:longest]]

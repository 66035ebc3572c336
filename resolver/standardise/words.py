"""One written word of a name: what it plays in the name, and its romanised form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from itertools import chain, repeat

from anyascii import anyascii

from resolver.standardise import (
    arabic,
    caucasian,
    cyrillic,
    greek,
    hebrew,
    indic,
    latin,
    lexicon,
    particles,
    patronymics,
    written_vowels,
)
from resolver.standardise.scripts import script_of


class Role(Enum):
    """What a word plays in a name."""

    NAME = auto()
    ARTICLE = auto()
    SUN_ARTICLE = auto()
    DESCENT = auto()
    AFTER_FATHER = auto()
    TITLE = auto()
    SERVANT = auto()
    KUNYA_FATHER = auto()
    KUNYA_MOTHER = auto()
    FAITH = auto()
    GOD = auto()
    PREFIX = auto()
    SUFFIX = auto()


@dataclass(frozen=True, slots=True)
class Word:
    """A word in the letters a to z, with its role; `slavic_surname` marks endings like -ović that are no patronymic."""

    form: str
    role: Role
    slavic_surname: bool = False

    @property
    def father(self) -> str | None:
        """The father's given name where the word is a patronymic."""
        return None if self.slavic_surname else patronymics.father_of(self.form)


_ROLES: tuple[tuple[frozenset[str], Role], ...] = (
    (particles.ARTICLES, Role.ARTICLE),
    (particles.DESCENT, Role.DESCENT),
    (particles.AFTER_FATHER, Role.AFTER_FATHER),
    (particles.TITLES, Role.TITLE),
    (particles.SERVANT, Role.SERVANT),
    (particles.KUNYA_FATHER, Role.KUNYA_FATHER),
    (particles.KUNYA_MOTHER, Role.KUNYA_MOTHER),
    (particles.FAITH, Role.FAITH),
    (particles.GOD, Role.GOD),
    (particles.PREFIXES, Role.PREFIX),
    (particles.SUFFIXES, Role.SUFFIX),
    (particles.SUN_ARTICLES, Role.SUN_ARTICLE),
)
_ARABIC_ROLES: tuple[tuple[frozenset[str], Role], ...] = (
    (particles.DESCENT_ARABIC, Role.DESCENT),
    (particles.TITLES_ARABIC, Role.TITLE),
    (particles.SERVANT_ARABIC, Role.SERVANT),
    (particles.KUNYA_FATHER_ARABIC, Role.KUNYA_FATHER),
    (particles.KUNYA_MOTHER_ARABIC, Role.KUNYA_MOTHER),
    (particles.FAITH_ARABIC, Role.FAITH),
    (particles.GOD_ARABIC, Role.GOD),
    (particles.PREFIXES_ARABIC, Role.PREFIX),
    (particles.SUFFIXES_ARABIC, Role.SUFFIX),
)
_ROLE_OF = {word: role for words, role in reversed(_ROLES) for word in words}
_ARABIC_ROLE_OF = {word: role for words, role in reversed(_ARABIC_ROLES) for word in words}

_ARABIC_GLUED = re.compile("(?P<opener>عبد|ابو|أبو)(?P<rest>.{3,})")
_ARABIC_ENDING = re.compile("(?P<stem>.{2,})(?P<ending>الدين|الدین|الله)|(?P<first>.{3,})(?P<second>رضا)")
_ARABIC_ARTICLE = re.compile("[اٱ]ل(?P<rest>.{2,})|[أإ]ل(?![اويیى])(?P<hamza>.{3,})")
# Names that begin with these letters and have no article.
_ARABIC_AL_NAMES = frozenset(map(arabic.spelling, ("الياس", "الهام", "إلياس", "إلهام", "الكسندر", "الكساندر")))

# Russian family names, which may begin with the letters of the article.
_ARABIC_FAMILY = re.compile("(?P<given>.{3,})(?:وف|[یي]{1,2}ف)[اه]?")

_ARABIC_SON = re.compile("ب(?:(?P<ben>ن)(?=[^جيىیا])|ل(?=[حهخغقعم]))(?P<rest>.{3,})")
_GLUED_ARTICLE = re.compile(
    "[ae]l(?=[^aeiouyl]{1,2}[aeiouy])(?P<consonant>.{4,})|(?:al|el)(?P<vowel>(?:ah|o[bmt]|ou|u[bm]|am|ibr|idr|as).{4,})"
)
# Persian double names: Alireza is Ali Reza.
_DOUBLE = re.compile(
    "(?P<first>ali|amir|hamid|m[ou]hamm?[ae]d|hossein|hussain|gholam|ghulam)(?P<second>r[eia](?:dh|d|z)h?a)"
)
_LATIN_LETTERS = re.compile("[^a-z]")
_ALPHABETS = {
    "Cyrl": cyrillic.romanise,
    "Grek": greek.romanise,
    "Hebr": hebrew.romanise,
    "Geor": caucasian.romanise,
    "Armn": caucasian.romanise,
    "Beng": indic.romanise,
    "Deva": indic.romanise,
}


_UNKNOWN = latin.School.UNKNOWN


def read_words(raws: Iterable[str], school: latin.School) -> list[Word]:
    """The words that each of `raws` stands for, in the letters of this school."""
    each = map(read_word, raws) if school is _UNKNOWN else map(read_word, raws, repeat(school))
    return list(chain.from_iterable(each))


@lru_cache(maxsize=262_144)
def read_word(raw: str, school: latin.School = _UNKNOWN) -> tuple[Word, ...]:
    """The words that the letters `raw` stand for: mostly one; two where a compound is written without a space."""
    script = script_of(raw)
    if script == "Arab":
        if written_vowels.has(raw):
            return _read_romanised(written_vowels.romanise(raw))
        return _read_arabic(raw)
    if script == "Latn":
        return _read_romanised(latin.romanise(raw, school), slavic_surname=raw[-1:] in "ćčĆČ")
    alphabet = _ALPHABETS.get(script)
    if alphabet is None:
        return _read_romanised(anyascii(raw).lower())
    # An initial stays one letter: Zh. for Ж. would be a word.
    return _read_romanised(alphabet(raw)[:1] if len(raw) == 1 else alphabet(raw))


def _read_romanised(text: str, *, slavic_surname: bool = False) -> tuple[Word, ...]:
    form = _LATIN_LETTERS.sub("", text if text.isascii() else anyascii(text).lower())
    if not form:
        return ()
    role = _ROLE_OF.get(form)
    if role is not None:
        return (Word(form, role),)
    double = _DOUBLE.fullmatch(form)
    if double is not None:
        return (Word(double.group("first"), Role.NAME), Word(double.group("second"), Role.NAME))
    glued = _GLUED_ARTICLE.fullmatch(form)
    if glued is not None:
        form = glued.group("consonant") or glued.group("vowel")
    return (Word(form, Role.NAME, slavic_surname),)


def _read_arabic(raw: str) -> tuple[Word, ...]:
    spelt = arabic.spelling(raw)
    role = _ARABIC_ROLE_OF.get(spelt)
    if role is not None:
        return (Word(_arabic_form(raw, spelt), role),)
    glued = _ARABIC_GLUED.fullmatch(raw)
    if glued is not None:
        return _read_arabic(glued.group("opener")) + _read_arabic(glued.group("rest"))
    ending = _ARABIC_ENDING.fullmatch(raw)
    if ending is not None:
        stem, last = (part for part in ending.groups() if part)
        return _read_arabic(stem) + _read_arabic(last)
    may_have_article = spelt not in _ARABIC_AL_NAMES and not _ARABIC_FAMILY.fullmatch(spelt)
    article = _ARABIC_ARTICLE.fullmatch(raw) if may_have_article else None
    if article is not None:
        return _read_arabic(article.group("rest") or article.group("hamza"))
    son = _ARABIC_SON.fullmatch(raw)
    if son is not None:
        named = "".join(word.form for word in _read_arabic(son.group("rest")))
        return (Word(("ben" if son.group("ben") else "bel") + named, Role.NAME),) if named else ()
    form = _arabic_form(raw, spelt)
    return (Word(form, Role.NAME),) if form else ()


def _family_of(spelt: str) -> str | None:
    """A Russian family name made of a frequent given name, whose vowels its letters do not tell: Magomedov, Omarov."""
    family = _ARABIC_FAMILY.fullmatch(spelt)
    known = lexicon.find_arabic(family.group("given")) if family is not None else None
    return known.reading + "ov" if known is not None else None


def _arabic_form(raw: str, spelt: str) -> str:
    known = lexicon.find_arabic(spelt)
    if known is not None:
        return known.reading
    family = _family_of(spelt)
    if family is not None:
        return family
    romanised = arabic.romanise(raw)
    return _LATIN_LETTERS.sub("", romanised if romanised.isascii() else anyascii(romanised).lower())

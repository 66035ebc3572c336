"""Values that stand for nothing: what is typed where a form wants a name or a number and none is known.

Two people called `Unknown Unknown` have nothing in common.
"""

from __future__ import annotations

import re

from resolver.standardise import latin
from resolver.standardise.scripts import plain


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Nobody's name in any language, so that such a word tells nothing beside a name either.
_UNKNOWN = _words("""
    unknown unk ukn nfn fnu lnu fnulnu inconnu inconnue inconnus desconocido desconocida unbekannt bilinmiyor bilinmeyen
    sconosciuto sconosciuta nezvestno neizvestno neizvestny neizvestnyj neizvestnaya неизвестно неизвестный неизвестная
    невідомо невідомий невідома мәлімсіз مجهول مجهولة مجهوله نامعلوم نامشخص ناشناس άγνωστος άγνωστο άγνωστη
    """)
_NO_NAMES = _UNKNOWN | _words("""
    unnamed noname none null nil na nn anonymous notknown notavailable notapplicable tba tbd xxx test name first last
    given family surname forename not known available applicable anonyme sans nom sin nombre ohne namen isimsiz adsiz
    mjhwl majhul majhool majhoul namjhwl namalwm namaloom namalum غير معروف معلوم محدد
    """)
# What is known of a person whose name is not.
_SORTS_OF_PERSON = _words("""
    male female man woman boy girl baby infant newborn child adult person
    homme femme garçon garcon fille bébé bebe enfant nourrisson nouveau né
    erkek kadin kiz oğlan oglan çocuk cocuk bebek
    мужчина женщина мальчик девочка ребенок ребёнок младенец муж жен мужской женский
    رجل امرأة إمرأة امراة ولد بنت طفل طفلة رضيع رضيعة ذكر أنثى انثى مرد زن پسر دختر کودک نوزاد
    """)
_NOBODY = _NO_NAMES | _SORTS_OF_PERSON
# Signs that no letter is mistaken for.
_DIGIT_ALONE = re.compile("[2-9]")
_ALL_BUT_ONE_ZERO = re.compile("0*[0-9]0*")
_PART = re.compile(r"\w+")
_SHORTEST_RUN = 7
_RUNS = ("01234567890123456789", "98765432109876543210", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def is_no_name(text: str) -> bool:
    """Whether every word of a name stands for nothing, or for any man, woman or child."""
    return _all_in(_NOBODY, text)


def is_no_place(text: str) -> bool:
    """Whether every word of a place's name stands for nothing."""
    return _all_in(_NO_NAMES, text)


def without_unknown(words: list[str]) -> list[str]:
    """The words of a name without those that say that a part is not known; unchanged when nothing else is there."""
    if _UNKNOWN.isdisjoint(map(latin.lower, words)):
        return words
    return [word for word in words if latin.lower(word) not in _UNKNOWN] or words


def _all_in(words: frozenset[str], text: str) -> bool:
    lower = latin.lower(plain(text)).replace("/", "")
    first = _PART.search(lower)
    return first is not None and first.group() in words and words.issuperset(_PART.findall(lower))


def is_no_number(number: str) -> bool:
    """Whether a document number, in capitals and digits only, is a run of signs, a word, or one digit among zeros."""
    return (
        len(set(number)) == 1
        or _ALL_BUT_ONE_ZERO.fullmatch(number) is not None
        or (len(number) >= _SHORTEST_RUN and any(number in run for run in _RUNS))
        or (_DIGIT_ALONE.search(number) is None and _is_word(number))
    )


def _is_word(number: str) -> bool:
    with_o = number.replace("0", "O")
    return any(_all_in(_NO_NAMES, with_o.replace("1", letter)) for letter in "IL")

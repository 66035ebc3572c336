"""Which part of a name is the given one: it tells brothers apart, and a son from his father.

A name is compared as a set of parts, for schools order them in many ways. Where the order does say which part is the
given name, that is kept beside the set: as a typed component, after a comma or a surname in capitals, before a
patronymic, after a family name that is Chinese or begins with an article or a link of descent, and else first, as most
of the world writes it. An initial is no given name, and a single word may be a family's.
"""

from __future__ import annotations

import re

from resolver.domain.record import ComponentType, PersonName
from resolver.standardise import latin, mrz, syllables
from resolver.standardise.names import ParsedName, readings_of
from resolver.standardise.scripts import script_of, words_of
from resolver.standardise.words import Role, read_word

_TYPED = (ComponentType.GIVEN, ComponentType.ISM)
_AFTER_SURNAME = re.compile(f",|،|{mrz.FIELDS_APART}")
_SIGN_A_SYLLABLE = frozenset({"Hani", "Hang"})
_FAMILY_OPENERS = (Role.ARTICLE, Role.SUN_ARTICLE, Role.DESCENT, Role.KUNYA_FATHER, Role.KUNYA_MOTHER)
_ARABIC_ARTICLE = re.compile("[اٱ]ل.{3,}")


def given_names(name: PersonName, readings: tuple[ParsedName, ...]) -> list[str]:
    """The skeletons of the given name, one for each way to read it; none where the name does not say which it is."""
    typed = [part.value for part in name.components if part.type in _TYPED]
    from_given = typed or [_from_given_name(name.full_name)]
    firsts = [each.tokens[0].bones for text in from_given for each in readings_of(text) if each.identifies]
    known = {token.bones for reading in readings for token in reading.tokens}
    return list(dict.fromkeys(bones for bones in firsts if bones in known))


def _from_given_name(text: str) -> str:
    """The name from its given part on; empty where nothing says which that is."""
    apart = _AFTER_SURNAME.search(text)
    if apart is not None:
        words = words_of(text[apart.end() :])
    else:
        words = words_of(text)
        if words and script_of(words[0]) in _SIGN_A_SYLLABLE:
            words = syllables.romanised(words)
        words = words[_place_of_given(words) :] if len(words) > 1 else []
    if not words or len(words[0]) == 1:
        return ""
    return " ".join(words)


def _place_of_given(words: list[str]) -> int:
    """The place of the given name among two words or more; their number where there is none."""
    if len(words) > 2:
        for place, word in enumerate(words[1:], start=1):
            if _is_patronymic(word):
                return place - 1
    if _is_capital(words[0]) and not all(map(_is_capital, words)):
        return next(place for place, word in enumerate(words) if not _is_capital(word))
    if _ARABIC_ARTICLE.match(words[0]) or syllables.surname_first(map(latin.lower, words)):
        return 1
    first = read_word(words[0])
    return 2 if first and first[0].role in _FAMILY_OPENERS else 0


def _is_capital(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _is_patronymic(word: str) -> bool:
    return any(part.father is not None for part in read_word(word))

"""The parts of a name that are compared: tokens, of a word each or of a compound's two or three."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from resolver.standardise import patronymics
from resolver.standardise.skeleton import servant_of, skeleton, without_initial_vowel
from resolver.standardise.words import Role, Word

_NAME = Role.NAME
_OPENERS = (Role.SERVANT, Role.KUNYA_FATHER, Role.KUNYA_MOTHER)


class Token(NamedTuple):
    """One part of a name. `form` is romanised; `bones` is its skeleton."""

    form: str
    bones: str


@lru_cache(maxsize=262_144)
def token_of(form: str) -> Token:
    """The token of a single word; of a family name, its masculine form."""
    return _token(patronymics.masculine(form))


def joined(words: list[Word]) -> list[Token]:
    """The tokens of words, compounds as one: `Abd al-X, Abu X, X al-Din, X Allah, Bou X and X Zadeh."""
    tokens: list[Token] = []
    position = 0
    while position < len(words):
        word = words[position]
        following = words[position + 1] if position + 1 < len(words) else None
        position += 1
        if word.role is _NAME:
            tokens.append(token_of(word.form))
        elif following is not None and word.role in _OPENERS:
            tokens.append(_opened(word.role, following.form))
            position += 1
        elif following is not None and word.role is Role.PREFIX:
            tokens.append(_token(word.form + following.form))
            position += 1
        elif tokens and word.role is Role.SUFFIX:
            tokens[-1] = _token(tokens[-1].form + word.form)
        elif tokens and word.role is Role.FAITH:
            tokens[-1] = _token(tokens[-1].form + "uddin")
        elif tokens and word.role is Role.GOD:
            tokens[-1] = _token(tokens[-1].form + "ullah")
        else:
            tokens.append(token_of(word.form))
    return tokens


def _opened(opener: Role, form: str) -> Token:
    if opener is Role.SERVANT:
        return Token("abdul" + form, servant_of(form))
    inner = skeleton(form)
    if opener is Role.KUNYA_FATHER:
        return Token("abu" + form, "ab" + without_initial_vowel(inner))
    return Token("umm" + form, "um" + without_initial_vowel(inner))


def _token(form: str) -> Token:
    return Token(form, skeleton(form))

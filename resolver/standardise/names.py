"""Names become tokens: a romanised form and a skeleton each, in any order and any grouping of parts.

Articles, links of descent and titles are left out; `Abd al-X, Abu X, X al-Din and X Allah become one token;
patronymics are taken out and name the father.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from resolver.standardise import arabic, latin, mrz, patronymics
from resolver.standardise.scripts import script_of, words_of
from resolver.standardise.skeleton import servant_of, skeleton, without_initial_vowel
from resolver.standardise.words import Role, Word, read_word

MOST_TOKENS = 12
"""Parts of a name that are compared; longer texts are no names."""


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a name. `form` is romanised; `bones` is its skeleton."""

    form: str
    bones: str


@dataclass(frozen=True, slots=True)
class ParsedName:
    """A name's tokens in written order, the fathers its patronymics name, and what kind of name it looks like."""

    tokens: tuple[Token, ...]
    fathers: tuple[str, ...]
    kunya: bool
    script: str

    @property
    def form(self) -> str:
        """The romanised tokens, sorted and joined by a space."""
        return " ".join(sorted(token.form for token in self.tokens))

    @property
    def skeletons(self) -> str:
        """The tokens' skeletons, sorted and joined by a space."""
        return " ".join(sorted(token.bones for token in self.tokens))


@lru_cache(maxsize=65_536)
def readings_of(text: str, *, machine_readable: bool = False) -> tuple[ParsedName, ...]:
    """The ways to read a name: as written, and as a document prints it that leaves Turkish or Slavic signs out.

    Empty when `text` has no word.
    """
    written = mrz.decode(text) if machine_readable else text
    school = latin.school_of(written)
    found = [_parse(written, school)]
    if latin.loses_sounds_when_bare(written, school):
        found.append(_parse(latin.bare(written), latin.School.UNKNOWN))
    return tuple(dict.fromkeys(name for name in found if name.tokens))


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a name in its first reading."""
    found = readings_of(text)
    return found[0].tokens if found else ()


def without(name: ParsedName, dropped: frozenset[str]) -> ParsedName:
    """`name` without the tokens whose romanised form is in `dropped`; unchanged when none would be left."""
    kept = tuple(token for token in name.tokens if token.form not in dropped)
    return replace(name, tokens=kept) if kept else name


def father_in(value: str) -> str | None:
    """The skeleton of the father's given name, from his name or from a patronymic."""
    for name in readings_of(value):
        if name.fathers:
            return name.fathers[0]
        first = name.tokens[0]
        return skeleton(patronymics.father_of(first.form) or first.form) if _is_patronymic(first) else first.bones
    return None


def _is_patronymic(token: Token) -> bool:
    return patronymics.father_of(token.form) is not None


def _parse(text: str, school: latin.School) -> ParsedName:
    script = script_of(text)
    connected = arabic.connect(text) if script == "Arab" else text
    words = [word for raw in words_of(connected) for word in read_word(raw, school)]
    words = _without_titles(words)
    kunya = bool(words) and words[0].role in (Role.KUNYA_FATHER, Role.KUNYA_MOTHER) and len(words) > 1
    words, fathers = _take_fathers(_without_articles(words))
    return ParsedName(_join(words), tuple(dict.fromkeys(fathers)), kunya, script)


def _without_titles(words: list[Word]) -> list[Word]:
    kept = [word for word in words if word.role is not Role.TITLE]
    return kept or words


def _without_articles(words: list[Word]) -> list[Word]:
    kept: list[Word] = []
    for index, word in enumerate(words):
        following = words[index + 1].form if index + 1 < len(words) else ""
        if word.role is Role.ARTICLE and following:
            continue
        if word.role is Role.SUN_ARTICLE and following[:1] == word.form[-1 if len(word.form) == 2 else 1]:
            continue
        kept.append(word)
    return kept


def _take_fathers(words: list[Word]) -> tuple[list[Word], list[str]]:
    """The words without patronymics and links of descent, and the fathers' skeletons."""
    kept: list[Word] = []
    fathers: list[str] = []
    for word in words:
        if word.role is Role.AFTER_FATHER and len(kept) > 1:
            fathers.append(skeleton(kept.pop().form))
        elif word.role not in (Role.AFTER_FATHER, Role.DESCENT):
            kept.append(word)
    if not kept:
        return [replace(word, role=Role.NAME) for word in words], []
    if len(kept) > 2 and not fathers:
        for index, word in enumerate(kept[1:], start=1):
            stem = None if word.slavic_surname else patronymics.father_of(word.form)
            if stem is not None:
                return kept[:index] + kept[index + 1 :], [skeleton(stem)]
    return kept, fathers


def _join(words: list[Word]) -> tuple[Token, ...]:
    tokens: list[Token] = []
    position = 0
    while position < len(words):
        word = words[position]
        following = words[position + 1] if position + 1 < len(words) else None
        position += 1
        if following is not None and word.role in (Role.SERVANT, Role.KUNYA_FATHER, Role.KUNYA_MOTHER):
            tokens.append(_opened(word.role, following.form))
            position += 1
        elif tokens and word.role is Role.FAITH:
            tokens[-1] = _token(tokens[-1].form + "uddin")
        elif tokens and word.role is Role.GOD:
            tokens[-1] = _token(tokens[-1].form + "ullah")
        else:
            tokens.append(_token(patronymics.masculine(word.form)))
    return tuple(tokens[:MOST_TOKENS])


def _opened(opener: Role, form: str) -> Token:
    if opener is Role.SERVANT:
        return Token("abdul" + form, servant_of(form))
    inner = skeleton(form)
    if opener is Role.KUNYA_FATHER:
        return Token("abu" + form, "ab" + without_initial_vowel(inner))
    return Token("umm" + form, "um" + without_initial_vowel(inner))


@lru_cache(maxsize=262_144)
def _token(form: str) -> Token:
    return Token(form, skeleton(form))

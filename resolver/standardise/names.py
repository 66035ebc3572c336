"""Names become tokens: a romanised form and a skeleton each, in any order and any grouping of parts.

Articles, links of descent, titles and initials are left out; `Abd al-X, Abu X, X al-Din, X Allah, Bou X and X Zadeh
become one token, and so do two syllables of a Chinese given name; patronymics are taken out and name the father.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from resolver.standardise import arabic, latin, mrz, other_readings, patronymics, syllables
from resolver.standardise.flawed_text import is_garbled
from resolver.standardise.homoglyphs import in_one_script
from resolver.standardise.placeholders import is_no_name, without_unknown
from resolver.standardise.scripts import plain, script_of, words_of
from resolver.standardise.skeleton import skeleton
from resolver.standardise.tokens import Token, joined, token_of
from resolver.standardise.words import Role, Word, read_words

MOST_TOKENS = 12
"""Parts of a name that are compared; longer texts are no names."""
_FEWEST_TOKENS_CUT = 2
# Digits that optical reading puts for letters; the pattern begins with them, for then it is found sooner.
_DIGIT_IN_WORD = re.compile("[0158](?<=[A-Za-z].)(?=[A-Za-z])")
_LETTERS_READ_AS = {"0": "o", "1": "l", "5": "s", "8": "b"}
_SIGN_A_SYLLABLE = frozenset({"Hani", "Hang"})
# A member of an enumeration costs more to look up than to compare, and these are asked of every word.
_NAME = Role.NAME
_DESCENT = Role.DESCENT
_AFTER_FATHER = Role.AFTER_FATHER
_KUNYAS = (Role.KUNYA_FATHER, Role.KUNYA_MOTHER)


class ParsedName(NamedTuple):
    """A name's tokens in written order, the fathers its patronymics name, and what kind of name it looks like.

    `identifies` is False for initials, particles and titles alone, which thousands share. `cut` is the skeleton of a
    last part that fills a machine-readable field, so that it may be the beginning of a longer one.
    """

    tokens: tuple[Token, ...]
    fathers: tuple[str, ...]
    kunya: bool
    script: str
    identifies: bool = True
    cut: str | None = None

    @property
    def form(self) -> str:
        """The romanised tokens, sorted and joined by a space."""
        return " ".join(sorted(token.form for token in self.tokens))

    @property
    def skeletons(self) -> str:
        """The tokens' skeletons, sorted and joined by a space."""
        return " ".join(sorted(token.bones for token in self.tokens))


def readings_of(text: str, *, machine_readable: bool = False) -> tuple[ParsedName, ...]:
    """The ways to read a name, six at most: as written, and as other offices, languages and schools would read it.

    A machine-readable name that fills its field may be cut: it is read whole and without its last part. Empty when
    `text` has no word.
    """
    return _read_from_zone(text) if machine_readable else _read(text)


@lru_cache(maxsize=65_536)
def _read(text: str) -> tuple[ParsedName, ...]:
    clean = _without_digits(text)
    return _read_from_zone(text) if mrz.FIELDS_APART in clean else _distinct(_ways_to_read(in_one_script(clean)))


@lru_cache(maxsize=65_536)
def _read_from_zone(text: str) -> tuple[ParsedName, ...]:
    written = in_one_script(mrz.decode(_without_digits(text)))
    if not mrz.may_be_cut(text):
        return _distinct(_ways_to_read(written))
    school = latin.school_of(written)
    return _distinct(_cut(_parse(written, school), before_last=_parse(" ".join(written.split()[:-1]), school)))


def _without_digits(text: str) -> str:
    """`text` as it is read, digits inside its words as the letters that they stand for."""
    return _DIGIT_IN_WORD.sub(_letter_read_as, plain(text))


def _letter_read_as(digit: re.Match[str]) -> str:
    return _LETTERS_READ_AS[digit.group()]


def _ways_to_read(written: str) -> list[ParsedName]:
    school = latin.school_of(written)
    first = _parse(written, school)
    others = other_readings.others(written, first.script, school)
    return [first, *[_parse(text, of)._replace(script=first.script) for text, of in others]]


def _distinct(found: list[ParsedName]) -> tuple[ParsedName, ...]:
    """Those that have a part, each once."""
    named = [name for name in found if name.tokens]
    return tuple(dict.fromkeys(named)) if len(named) > 1 else tuple(named)


def _cut(whole: ParsedName, before_last: ParsedName) -> list[ParsedName]:
    """`whole`, and without its last part where two others remain.

    Where the last word is an initial or names the father, no part is cut.
    """
    if whole.tokens == before_last.tokens:
        return [whole]
    marked = whole._replace(cut=whole.tokens[-1].bones)
    if len(whole.tokens) <= _FEWEST_TOKENS_CUT:
        return [marked]
    return [marked, marked._replace(tokens=whole.tokens[:-1])]


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a name in its first reading."""
    found = readings_of(text)
    return found[0].tokens if found else ()


def without(name: ParsedName, dropped: frozenset[str]) -> ParsedName:
    """`name` without the tokens whose romanised form is in `dropped`; unchanged when none would be left."""
    kept = tuple(token for token in name.tokens if token.form not in dropped)
    return name._replace(tokens=kept) if kept else name


def father_in(value: str) -> str | None:
    """The skeleton of the father's given name, from his name or from a patronymic; None when neither is known."""
    for name in _identifying(value):
        if name.fathers:
            return name.fathers[0]
        first = name.tokens[0]
        return skeleton(patronymics.father_of(first.form) or first.form) if _is_patronymic(first) else first.bones
    return None


def mother_in(value: str) -> tuple[str, ...]:
    """The mother's name as sorted skeletons joined by a space, one for each way to read it; empty when not known."""
    return tuple(name.skeletons for name in _identifying(value))


def _identifying(value: str) -> list[ParsedName]:
    return (
        []
        if not value or is_no_name(value) or is_garbled(value)
        else [name for name in readings_of(value) if name.identifies]
    )


def _is_patronymic(token: Token) -> bool:
    return patronymics.father_of(token.form) is not None


def _parse(text: str, school: latin.School) -> ParsedName:
    script = script_of(text)
    connected = arabic.connect(text) if script == "Arab" else text
    raws = without_unknown(words_of(connected))
    if script in _SIGN_A_SYLLABLE:
        raws = syllables.romanised(raws)
    words = read_words(raws, school)
    roles = [word.role for word in words]
    names_alone = roles.count(_NAME) == len(roles)
    identifies, kunya = _identify(words), False
    fathers: list[str] = []
    if not names_alone:
        words = _without_titles(words)
        kunya = len(words) > 1 and words[0].role in _KUNYAS
        words, fathers = _take_fathers(_without_articles(words))
    if not fathers:
        words, fathers = _take_patronymic(words)
    words = _in_pinyin(words)
    tokens = [token_of(word.form) for word in words] if names_alone else joined(words)
    return ParsedName(
        tuple(_without_initials(tokens)[:MOST_TOKENS]), tuple(dict.fromkeys(fathers)), kunya, script, identifies
    )


def _identify(words: list[Word]) -> bool:
    """Whether there is more than initials, particles and titles; `Abd Allah is a name though neither part is."""
    for word in words:
        if word.role is _NAME and len(word.form) > 1:
            return True
    roles = [word.role for word in words]
    return Role.SERVANT in roles and Role.GOD in roles


def _in_pinyin(words: list[Word]) -> list[Word]:
    """The words, a Chinese given name that stands in two syllables as one word."""
    if len(words) != syllables.PARTS_OF_SPLIT_NAME:
        return words
    start = syllables.joined([word.form for word in words])
    if start is None:
        return words
    given = Word("".join(word.form for word in words[start : start + 2]), Role.NAME)
    return [*words[:start], given, *words[start + 2 :]]


def _without_titles(words: list[Word]) -> list[Word]:
    kept = [word for index, word in enumerate(words) if word.role is not Role.TITLE or _is_of_descent(words, index)]
    return kept or words


def _is_of_descent(words: list[Word], index: int) -> bool:
    """True for Bel Hadj and Ben Cheikh, family names, but not for X bin Haji Y."""
    before = words[index - 1] if index else None
    return before is not None and before.role is Role.DESCENT and (before.form == "bel" or index + 1 == len(words))


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
    """The words without links of descent and the fathers before such a link, whose skeletons are told."""
    kept: list[Word] = []
    fathers: list[str] = []
    for word in words:
        if word.role is _AFTER_FATHER:
            if len(kept) > 1:
                fathers.append(skeleton(kept.pop().form))
        elif word.role is not _DESCENT:
            kept.append(word)
    if not kept:
        return [replace(word, role=_NAME) for word in words], []
    return kept, fathers


def _take_patronymic(words: list[Word]) -> tuple[list[Word], list[str]]:
    """The words without the patronymic that stands beside two others or more, and the father's skeleton."""
    if len(words) > 2:
        for index, word in enumerate(words[1:], start=1):
            father = word.father
            if father is not None:
                return words[:index] + words[index + 1 :], [skeleton(father)]
    return words, []


def _without_initials(tokens: list[Token]) -> list[Token]:
    """The tokens without single letters, which neither agree nor contradict; unchanged when there is nothing else."""
    return [token for token in tokens if len(token.form) > 1] or tokens

"""Names become tokens: a romanised form and a skeleton each, in any order and any grouping of parts.

Articles, links of descent, titles and initials are left out; `Abd al-X, Abu X, X al-Din, X Allah, Bou X and X Zadeh
become one token, and so do two syllables of a Chinese given name; patronymics are taken out and name the father.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from resolver.standardise import arabic, latin, mrz, other_readings, patronymics, syllables
from resolver.standardise.flawed_text import is_garbled
from resolver.standardise.homoglyphs import in_one_script
from resolver.standardise.placeholders import is_no_name, without_unknown
from resolver.standardise.scripts import plain, script_of, words_of
from resolver.standardise.skeleton import servant_of, skeleton, without_initial_vowel
from resolver.standardise.words import Role, Word, read_word

MOST_TOKENS = 12
"""Parts of a name that are compared; longer texts are no names."""
_FEWEST_TOKENS_CUT = 2
# Digits that optical reading puts for letters.
_DIGIT_IN_WORD = re.compile("(?<=[A-Za-z])[0158](?=[A-Za-z])")
_LETTERS_READ_AS = {"0": "o", "1": "l", "5": "s", "8": "b"}
_SIGN_A_SYLLABLE = frozenset({"Hani", "Hang"})


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a name. `form` is romanised; `bones` is its skeleton."""

    form: str
    bones: str


@dataclass(frozen=True, slots=True)
class ParsedName:
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


@lru_cache(maxsize=65_536)
def readings_of(text: str, *, machine_readable: bool = False) -> tuple[ParsedName, ...]:
    """The ways to read a name, six at most: as written, and as other offices, languages and schools would read it.

    A machine-readable name that fills its field may be cut: it is read whole and without its last part. Empty when
    `text` has no word.
    """
    clean = _DIGIT_IN_WORD.sub(_letter_read_as, plain(text))
    machine = machine_readable or mrz.FIELDS_APART in clean
    written = in_one_script(mrz.decode(clean) if machine else clean)
    school = latin.school_of(written)
    script = script_of(written)
    found = [_parse(written, school)]
    found += [replace(_parse(text, of), script=script) for text, of in other_readings.others(written, school)]
    if machine and mrz.may_be_cut(text):
        found = _cut(found[0], before_last=_parse(" ".join(written.split()[:-1]), school))
    return tuple(dict.fromkeys(name for name in found if name.tokens))


def _letter_read_as(digit: re.Match[str]) -> str:
    return _LETTERS_READ_AS[digit.group()]


def _cut(whole: ParsedName, before_last: ParsedName) -> list[ParsedName]:
    """`whole`, and without its last part where two others remain.

    Where the last word is an initial or names the father, no part is cut.
    """
    if whole.tokens == before_last.tokens:
        return [whole]
    marked = replace(whole, cut=whole.tokens[-1].bones)
    if len(whole.tokens) <= _FEWEST_TOKENS_CUT:
        return [marked]
    return [marked, replace(marked, tokens=whole.tokens[:-1])]


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a name in its first reading."""
    found = readings_of(text)
    return found[0].tokens if found else ()


def without(name: ParsedName, dropped: frozenset[str]) -> ParsedName:
    """`name` without the tokens whose romanised form is in `dropped`; unchanged when none would be left."""
    kept = tuple(token for token in name.tokens if token.form not in dropped)
    return replace(name, tokens=kept) if kept else name


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
    words = [word for raw in raws for word in read_word(raw, school)]
    identifies = _identify(words)
    words = _without_titles(words)
    kunya = bool(words) and words[0].role in (Role.KUNYA_FATHER, Role.KUNYA_MOTHER) and len(words) > 1
    words, fathers = _take_fathers(_without_articles(words))
    return ParsedName(_join(_in_pinyin(words)), tuple(dict.fromkeys(fathers)), kunya, script, identifies)


def _identify(words: list[Word]) -> bool:
    """Whether there is more than initials, particles and titles; `Abd Allah is a name though neither part is."""
    roles = {word.role for word in words}
    return {Role.SERVANT, Role.GOD} <= roles or any(word.role is Role.NAME and len(word.form) > 1 for word in words)


def _in_pinyin(words: list[Word]) -> list[Word]:
    """The words, a Chinese given name that stands in two syllables as one word."""
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
            tokens.append(_masculine_token(word.form))
    return tuple(_without_initials(tokens)[:MOST_TOKENS])


def _without_initials(tokens: list[Token]) -> list[Token]:
    """The tokens without single letters, which neither agree nor contradict; unchanged when there is nothing else."""
    return [token for token in tokens if len(token.form) > 1] or tokens


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


@lru_cache(maxsize=262_144)
def _masculine_token(form: str) -> Token:
    return _token(patronymics.masculine(form))

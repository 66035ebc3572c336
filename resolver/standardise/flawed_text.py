"""Signs that should not stand in a text: invisible ones, letters of another script in a word, damage of decoding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from resolver.domain.finding import DataQualityKind, Finding
from resolver.standardise.scripts import script_of_letter, words_of

_script_of = lru_cache(maxsize=4096)(script_of_letter)
# Texts without a flaw at a glance: bare Latin letters and digits, Arabic letters, capitalised Cyrillic words.
_PLAIN = re.compile(r"[A-Za-z0-9 '.,\-()<]*|[\u0621-\u063a\u0641-\u064a\u066e-\u06d3 ]*|(?:[А-ЯЁ][а-яё]+[ \-]?)*")
_MOST_SHOWN = 3
_UNKNOWN = "Zyyy"

_NEVER_SEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]")
_REFUSED = frozenset({"Cc", "Cf", "Zl", "Zp"})
# Joiners are spelling in Persian, Urdu and the scripts of India; variation selectors are, after a Han sign or an emoji.
_CONDITIONAL = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ALPHABETS_WITHOUT = frozenset({"Latn", "Cyrl", "Grek", "Armn", "Geor", "Hebr"})

_REPLACED = re.compile("[\ufffd\ue000-\uf8ff]|[^\\W\\d_]\\?[^\\W\\d_]")
# What the second byte of a UTF-8 sequence looks like when it is read as Windows-1252 or Latin-1.
_SIGNS = "\u0080-\u009f\u00a1-\u00bf€‚ƒ†‡ˆ‰‹•˜™›"
_LETTERS = "ŠŒŽšœžŸ"
_MISREAD = re.compile(
    # Latin, Cyrillic and the main block of Arabic: no spelling has these pairs.
    f"[ÂÃÄÅÐÑØÙ][{_SIGNS}{_LETTERS}]|[ÂÃ]\u00a0"
    # The rest of Arabic, Greek, Hebrew, Armenian: some of these stand beside Š and Ž in Slavic names.
    f"|[ÎÏÒÕÖ×ÚÛ][{_SIGNS}]"
    # Three bytes: Georgian, Han, punctuation, the mark of the byte order.
    f"|[à-ï][{_SIGNS}]{{2}}"
    # Cyrillic read as Windows-1251: every second letter is one of two capitals.
    "|(?:[РС][^РС\\s]){4}"
)
# These may follow any letter.
_PUNCTUATION = str.maketrans("", "", "'´‘’“”„–—…")

# Scripts that one word of Japanese or Korean may mix.
_EAST_ASIAN = frozenset({"Hani", "Jpan", "Hang"})


def flaws_in(field: str, text: str) -> Iterator[Finding]:
    """Invisible signs, mixed scripts and damage in `text`, at most one finding of a kind."""
    if _PLAIN.fullmatch(text):
        return
    hidden = sorted(set(_hidden(text)))
    if hidden:
        what = f"holds characters that are not seen: {shown(hidden)}"
        yield Finding(DataQualityKind.INVISIBLE_CHARACTERS, field, what)
    foreign = _foreign_letters(text)
    if foreign:
        what = f"one word mixes scripts; letters of another script: {shown(foreign)}"
        yield Finding(DataQualityKind.MIXED_SCRIPTS, field, what)
    if is_garbled(text):
        what = "was damaged when it was decoded: letters were replaced or read in the wrong encoding"
        yield Finding(DataQualityKind.GARBLED_TEXT, field, what)


def shown(signs: Iterable[str]) -> str:
    """Signs as `U+0430 CYRILLIC SMALL LETTER A`, the first three in full."""
    every = tuple(signs)
    named = (f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip() for sign in every[:_MOST_SHOWN])
    more = f" and {len(every) - _MOST_SHOWN} more" if len(every) > _MOST_SHOWN else ""
    return ", ".join(named) + more


def letter_scripts(text: str) -> set[str]:
    """The scripts of the letters of `text` that names are commonly written in."""
    return {_script_of(sign) for sign in set(text) if sign.isalpha()} - {_UNKNOWN}


def is_garbled(text: str) -> bool:
    """Whether letters were replaced by marks, or UTF-8 was read as a code page of one byte a letter."""
    if text.isascii():
        return "?" in text and _REPLACED.search(text) is not None
    return _REPLACED.search(text) is not None or _MISREAD.search(text.translate(_PUNCTUATION)) is not None


def _hidden(text: str) -> Iterator[str]:
    if not text.isprintable():
        for sign in text:
            if not sign.isprintable() and unicodedata.category(sign) in _REFUSED and not _CONDITIONAL.match(sign):
                yield sign
    yield from _NEVER_SEEN.findall(text)
    for found in _CONDITIONAL.finditer(text):
        before = text[found.start() - 1 : found.start()]
        if not before or script_of_letter(before) in _ALPHABETS_WITHOUT:
            yield found.group()


def _foreign_letters(text: str) -> list[str]:
    """The letters of the rarer scripts of the first word that mixes scripts."""
    if len(letter_scripts(text)) < 2:
        return []
    for word in words_of(text):
        scripts = letter_scripts(word)
        if len(scripts) < 2 or scripts <= _EAST_ASIAN:
            continue
        of_letter = [(letter, script_of_letter(letter)) for letter in word]
        counts = {script: sum(of == script for _, of in of_letter) for script in sorted(scripts)}
        commonest = max(counts, key=lambda script: counts[script])
        return list(dict.fromkeys(letter for letter, of in of_letter if of not in (commonest, _UNKNOWN)))
    return []

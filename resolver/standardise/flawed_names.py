"""Names that say less than they seem to, or are not what a name looks like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from resolver.domain.finding import DataQualityKind, Finding
from resolver.domain.record import ClaimedIdentity, IdentityCategory, NameKind, PersonName
from resolver.standardise.flawed_text import flaws_in, is_garbled, letter_scripts, shown
from resolver.standardise.names import MOST_TOKENS, readings_of
from resolver.standardise.other_readings import MOST_OTHERS
from resolver.standardise.placeholders import is_no_name
from resolver.standardise.scripts import plain, script_of, words_of
from resolver.standardise.standing import MOST_NAMES, is_low

# Scripts whose words are runs of letters: one letter alone is an initial.
_ALPHABETS = frozenset({"Latn", "Cyrl", "Grek", "Arab", "Hebr", "Armn", "Geor"})
# ISO 15924 codes of variants and mixtures, by the scripts that they are written with.
_WRITTEN_WITH = {
    "Aran": {"Arab"},
    "Cyrs": {"Cyrl"},
    "Geok": {"Geor"},
    "Latf": {"Latn"},
    "Latg": {"Latn"},
    "Hans": {"Hani"},
    "Hant": {"Hani"},
    "Hira": {"Jpan"},
    "Kana": {"Jpan"},
    "Hrkt": {"Jpan"},
    "Jpan": {"Jpan", "Hani"},
    "Kore": {"Hang", "Hani"},
}
_SAYS_NOTHING = frozenset({"Zyyy", "Zinh", "Zxxx", "Zzzz", "Zsym"})
_NO_PART_OF_A_NAME = frozenset("@#*%&\\_=+")
_SYMBOLS = frozenset({"So", "Sm", "Sc", "Sk"})
# Marks of this category that stand for apostrophes.
_APOSTROPHES = frozenset("`´˝΄῾᾿")
_FILLER = "<"
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_LETTERS_ALONE = re.compile(r"(?:[^\W\d_]|[ '.,\-])*")
_READINGS_AT_MOST = 1 + MOST_OTHERS
"""Ways to read one name, see `readings_of`."""


def flaws_of_name(field: str, name: PersonName) -> Iterator[Finding]:
    """What is flawed in a name; `field` is the path of its entry."""
    text, at = name.full_name, f"{field}.full_name"
    handle = name.kind is NameKind.ONLINE_HANDLE
    machine = name.kind is NameKind.MRZ
    yield from _of_no_use(at, text, machine=machine, handle=handle)
    if not handle:
        yield from _signs(at, text, machine=machine)
    yield from flaws_in(at, text)
    if _has_too_many_parts(text, machine=machine):
        what = f"has more parts than the {MOST_TOKENS} that are compared"
        yield Finding(DataQualityKind.NAME_HAS_TOO_MANY_PARTS, at, what)
    if name.script and _contradicts(name.script, text):
        what = "has no letter of the script that it states"
        yield Finding(DataQualityKind.SCRIPT_CONTRADICTED, f"{field}.script", what)
    for index, part in enumerate(name.components):
        if is_no_name(part.value):
            yield _nothing(f"{field}.components[{index}].value")


def flaws_of_plain_name(field: str, text: str) -> Iterator[Finding]:
    """What is flawed in a name that stands in a field of its own, such as the father's."""
    if not text:
        return
    yield from _of_no_use(field, text, machine=False, handle=False)
    yield from _signs(field, text, machine=False)
    yield from flaws_in(field, text)


def too_many_names(identities: Iterable[ClaimedIdentity]) -> Iterator[Finding]:
    """A finding where more names identify than are compared."""
    names = [
        name
        for identity in identities
        if identity.category is not IdentityCategory.MISUSED
        for name in identity.names
        if not is_no_name(name.full_name)
    ]
    if len(names) * _READINGS_AT_MOST <= MOST_NAMES:
        return
    good = 0
    for name in names:
        readings = readings_of(name.full_name, machine_readable=name.kind is NameKind.MRZ)
        good += len(readings) if readings and not is_low(name, readings[0]) else 0
    if good > MOST_NAMES:
        what = f"have more names, with their ways to be read, than the {MOST_NAMES} that are compared"
        yield Finding(DataQualityKind.TOO_MANY_NAMES, "identities", what)


def _of_no_use(field: str, text: str, *, machine: bool, handle: bool) -> Iterator[Finding]:
    if is_no_name(text):
        yield _nothing(field)
    elif not readings_of(text, machine_readable=machine):
        if not handle:
            what = "has no word that can be compared"
            yield Finding(DataQualityKind.NAME_WITHOUT_WORD, field, what)
    elif not handle and _is_initials(text):
        what = "is one letter or initials alone, which many people share"
        yield Finding(DataQualityKind.NAME_OF_INITIALS, field, what)


def _nothing(field: str) -> Finding:
    what = "stands for a name that is not known; it is no evidence"
    return Finding(DataQualityKind.NAME_STANDS_FOR_NOTHING, field, what)


def _is_initials(text: str) -> bool:
    if _TWO_LETTERS.search(plain(text)):
        return False
    scripts = letter_scripts(plain(text))
    return bool(scripts) and scripts <= _ALPHABETS


def _signs(field: str, text: str, *, machine: bool) -> Iterator[Finding]:
    """Digits and symbols in a name. What is damaged is told as damage alone."""
    if _LETTERS_ALONE.fullmatch(text) or is_garbled(text):
        return
    if any(sign.isdigit() for sign in text) and any(sign.isalpha() for sign in text):
        yield Finding(DataQualityKind.NAME_HOLDS_DIGITS, field, "holds digits, which are not compared")
    signs = [
        sign
        for sign in dict.fromkeys(text)
        if not sign.isalnum() and _is_symbol(sign) and not (machine and sign == _FILLER)
    ]
    if signs:
        yield Finding(DataQualityKind.SYMBOLS, field, f"holds signs that are no part of a name: {shown(signs)}")


def _is_symbol(sign: str) -> bool:
    if sign in _NO_PART_OF_A_NAME:
        return True
    return sign not in _APOSTROPHES and unicodedata.category(sign) in _SYMBOLS


def _has_too_many_parts(text: str, *, machine: bool) -> bool:
    if len(text) <= 2 * MOST_TOKENS:
        return False
    words = words_of(text)
    if len(words) <= MOST_TOKENS:
        return False
    whole = readings_of(text, machine_readable=machine)
    if not whole or len(whole[0].tokens) < MOST_TOKENS:
        return False
    # A last word that changes nothing was not read.
    shorter = readings_of(" ".join(words[:-1]), machine_readable=machine)
    return bool(shorter) and shorter[0].tokens == whole[0].tokens


def _contradicts(stated: str, text: str) -> bool:
    if stated in _SAYS_NOTHING:
        return False
    wanted = _WRITTEN_WITH.get(stated, {stated})
    if script_of(text) in wanted or wanted & letter_scripts(text):
        return False
    # Presentation forms and letters of full width are of no script before they are composed.
    found = letter_scripts(plain(text))
    return bool(found) and not found & wanted

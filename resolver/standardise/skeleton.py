"""A word's consonant skeleton: the same for all romanisation schools, and for scripts that leave vowels out.

Voiced and voiceless lip and final tongue stops fall together (Arabic has no p; Turkish ends in t), as do j, g and gh
(Egypt says g for j) and dz, z and ts (German, Italian), sh and ch (French), h and kh (Russian, Turkish), f, v and w
(Turkish v is w, Arabic v is f). Vowels, medial y and final h are dropped. An initial vowel, of whatever kind, is kept
as `a`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from resolver.standardise import lexicon

_SOUNDS = {
    "tsch": "c", "tsh": "tc", "dsch": "j", "shch": "c", "sch": "c", "tch": "c", "dzh": "j",
    "xh": "j", "sh": "c", "ch": "c", "gkh": "j",
    "cz": "c", "kh": "h", "gh": "j", "zh": "j", "dj": "j", "dh": "d", "th": "t", "ph": "f", "ck": "k", "qu": "k",
    "q": "k", "gk": "j", "g": "j", "p": "b", "v": "w", "c": "k", "ts": "z", "tz": "z", "dz": "j",
}  # fmt: skip
# Dutch and Indonesian before 1972; but Yunusjon and Azizjan are names with -jon, "dear", and so is Bakytzhan.
_SOUNDS_IN_PLACES = {"tzh": "tj", "tsj": "c", "dzj": "j", "sj": "c", "zj": "j"}
# Each begins with one letter, so that a search passes over the others at once.
_SOUND = re.compile(
    "xh|x|dg(?=e)|cc?(?=[eiy])|ch(?=[rl])|tsj|dzj|sj(?![ao]n)|zj(?![ao]n)|tzh(?=[aeiou]n)|" + "|".join(_SOUNDS)
)
_DOUBLED = re.compile(r"([a-z])(?=\1)")
# Polish -cki is Russian -tskiy; French -eux and -ault end in a vowel, and so does ISO 9 -skij; German -ajew is -ayev.
_CKI = re.compile("(?<=[a-z]{2}[aeio])c(?=k[iy])")
_SILENT_END = re.compile("(?<=[ae]u)x$|(?<=ou)x$|(?<=au)lt$")
_FINAL_J = re.compile("(?<=rge)j$|(?<=dre)j$|(?<=kse)j$|(?<=ola)j$|(?<=[sz]ki)j$|(?<=[aeiou])j(?=e[vw]a?$)")
_INITIAL_DUTCH_CH = re.compile("^tj(?=[aeiou])")
# Greek passports print b and d so.
_INITIAL_MP = re.compile("^mp(?=[aeiour])")
_INITIAL_NT = re.compile("^nt(?=[aeiour])")
_WESTERN_X = re.compile("(?<=[ei])x(?=[tlpc])")
_INITIAL_WH = re.compile("^wh(?=[aeioy])")
_INITIAL_GLIDE = re.compile("^i(?=[aou])")
_INITIAL_YE = re.compile("^ye(?![iy])")
_INITIAL_WA = re.compile("^ou(?=[aei])|^u(?=a)")
# French writes w as ou: Redouane, Marouane, Zaouia; after a first consonant it is a vowel: Souad.
_MEDIAL_WA = re.compile("(?<=[aeiouy][bcdfghjklmnpqrstvxz])ou(?=[ae])|(?<=a)ou(?=[aei])")
_PATTERNED_BEGINNINGS = ("mp", "nt", "wh", "i", "ye", "ou", "u", "cv")
_FINAL_F = re.compile("(?<=.)w+$")
_FINAL_OVA = re.compile("(?<=.[oe])wa$")
_SILENT_W = re.compile("w(?![aeiouy])")
_CONSONANTS = str.maketrans({**dict.fromkeys("aeiouy"), "w": "f"})
_STEM = re.compile("(.{3,}?)(?:y?e|o|u|ii?)(?:v|w|ff|f)a?$")
_STEM_ENDINGS = ("v", "w", "f", "va", "wa", "fa")
# Ben X, "son of X", and Bel X, "son of the X", as one word.
_SON_OF = re.compile(
    "(?:ben(?=[^naeiouyj]|a[^n]|o[mut]|i(?:ss|br|sm))|bin(?=[^ngaeiouy])|b[ei]l(?=h|kh|gh|q|k[ae]|g[ae][cs]|m[aeo].{3}|a[brhi]|djil))"
    "(?P<rest>.{3,})"
)
# South Slavic names end in -ić, printed without its mark; Rafic and Toufic are French.
_FINAL_IC = re.compile("(?<=.{2}i)(?<!afi)(?<!oufi)c$")
_NOT_A_LETTER = re.compile("[^a-z]")
_VOWELS = "aeiou"
_INNER_VOWEL = re.compile("(?<=.)[aiu]")

# `Abd al-X, "servant of X", written as one word; the article may have taken X's first sound or be left out.
_SERVANT = re.compile("[ae]bd[aeiou]{0,2}(?P<article>l?)(?P<rest>.*)")
_SERVANT_OF_GOD = re.compile("l?a{0,2}(?:h[iu]?|ye?|i)?(?P<family>(?:[iy]*e|[iy]+|o)(?:v|w|ff?)a?)?|lh")
# Abdelatif: Latif lost its first letter to the article.
_LATIF = frozenset({"atif", "atef", "ateef"})
# Abu X as one word.
_KUNYA = re.compile("[ae]b(?:ou|oo|[uo])l?(?P<rest>[^aeiou].{3,})")
# X al-Din as one word; Turkish writes -ettin.
_OF_FAITH = re.compile("(?P<stem>.{2,}?)(?:[aeiou]{0,2}l|[aeiou]{0,2})(?:dd|d|(?<=[aeu])tt)(?:ee|ie|[iy])nn?e?")
_FAITH_ENDINGS = ("n", "ne")


def _sound(match: re.Match[str]) -> str:
    found = match.group()
    if found == "dg":
        return "j"
    if found == "x":
        # Uzbek and Azerbaijani x is kh: at the start and before a consonant; elsewhere, as in Sixtus, it is ks.
        rest = match.string[match.end() : match.end() + 1]
        kh = match.start() == 0 or (rest and rest not in "aeiouy" and not _WESTERN_X.match(match.string, match.start()))
        return "h" if kh else "ks"
    if found == "cc":
        return "c"
    if found == "c" and match.string[match.end() : match.end() + 1] in ("e", "i", "y"):
        return "s"
    if found == "ch" and match.string[match.end() : match.end() + 1] in ("r", "l"):
        return "k"
    return _SOUNDS_IN_PLACES.get(found) or _SOUNDS[found]


@lru_cache(maxsize=262_144)
def skeleton(form: str) -> str:
    """The skeleton of a romanised word in lower case; never empty unless `form` has no letter a to z.

    >>> skeleton("abdelkrim") == skeleton("abdulkarim")
    True
    """
    letters = _NOT_A_LETTER.sub("", form)
    known = lexicon.find_romanised(letters)
    if known is not None:
        return known.skeleton
    # Most words end otherwise, which is found sooner than a pattern fails.
    stem = _STEM.fullmatch(letters) if letters.endswith(_STEM_ENDINGS) else None
    if stem is not None:
        # Magomedov, Mahmudov: the family name keeps the given name's skeleton.
        known = lexicon.find_romanised(stem.group(1))
        if known is not None:
            return known.skeleton + "f"
    servant = _SERVANT.fullmatch(letters)
    if servant is not None:
        return _servant(servant)
    faith = _OF_FAITH.fullmatch(letters) if letters.endswith(_FAITH_ENDINGS) else None
    if faith is not None:
        return skeleton(faith.group("stem")) + "dn"
    kunya = _KUNYA.fullmatch(letters)
    if kunya is not None:
        return "ab" + skeleton(kunya.group("rest"))
    son = _SON_OF.fullmatch(letters)
    if son is not None:
        return skeleton(son.group("rest"))
    return consonants(_FINAL_IC.sub("ch", letters) if letters.endswith("c") else letters)


def without_initial_vowel(bones: str) -> str:
    """A skeleton as it stands inside a compound, where an initial vowel is not heard."""
    return bones.removeprefix("a") if len(bones) > 1 else bones


def servant_of(form: str) -> str:
    """The skeleton of `Abd al-X, from X as a romanised word without its article."""
    match = _SERVANT.fullmatch("abdul" + _NOT_A_LETTER.sub("", form))
    return _servant(match) if match else ""


def _servant(match: re.Match[str]) -> str:
    rest = match.group("rest")
    god = _SERVANT_OF_GOD.fullmatch(rest) if match.group("article") else None
    if god is not None and rest:
        return "abtlf" if god.group("family") else "abtl"
    if rest in _LATIF and match.group("article"):
        rest = "l" + rest
    known = lexicon.find_romanised(rest)
    # Salam and Salem, Karim and Karam are one name behind `Abd al-.
    bones = _INNER_VOWEL.sub("", known.skeleton) if known is not None else consonants(rest)
    return "abt" + (without_initial_vowel(bones) if bones != "a" else "")


def in_classes(letters: str) -> str:
    """A word with one letter for each class of consonants that schools spell alike; vowels stay as they are."""
    text = letters
    # Most words have none of these signs in these places, which is found sooner than a pattern fails.
    if "ck" in text:
        text = _CKI.sub("ts", text)
    if "j" in text:
        text = _INITIAL_DUTCH_CH.sub("ch", _FINAL_J.sub("y", text))
    if text.endswith(("x", "lt")):
        text = _SILENT_END.sub("", text)
    if text.startswith(_PATTERNED_BEGINNINGS):
        text = "ts" + text[1:] if text.startswith("cv") else text
        text = _INITIAL_NT.sub("d", _INITIAL_MP.sub("b", text))
        text = _INITIAL_GLIDE.sub("y", _INITIAL_WH.sub("w", text))
        text = _INITIAL_WA.sub("w", _INITIAL_YE.sub("e", text))
    if text.endswith("aui"):
        text = text[:-2] + "wi"
    if "ou" in text:
        text = _MEDIAL_WA.sub("w", text)
    return _SOUND.sub(_sound, text)


def consonants(letters: str) -> str:
    """The skeleton by sounds alone, without the table of frequent names; `letters` are a to z."""
    text = _DOUBLED.sub("", in_classes(letters))
    if text.endswith(("w", "wa")):
        text = _FINAL_F.sub("f", _FINAL_OVA.sub("f", text))
    if not text:
        return ""
    first, rest = text[0], text[1:].removesuffix("h")
    if "w" in rest:
        rest = _SILENT_W.sub("", rest)
    rest = rest.translate(_CONSONANTS)
    if first in _VOWELS:
        first = "a"
    elif first == "w":
        first = "f"
    if rest.endswith("d"):
        rest = rest[:-1] + "t"
    return first + rest

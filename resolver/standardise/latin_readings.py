"""The other ways to read a name in Latin letters, whose school is not always told by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import repeat

from resolver.standardise import latin, lexicon, syllables, wade_giles
from resolver.standardise.latin import School

_WORD = re.compile("[a-z]+")
# German s before a vowel and at the end is z in names of other peoples; sch is the sound of Russian ж as well.
_GERMAN_Z = re.compile("(?<![s])s(?=[aeiouyj])|(?<=[aeiou])s(?![a-z])")
_RUSSIAN_IN_GERMAN = re.compile("(?:[oe]wa?|owna|enko|itsch|ski|yna?|jan|schan)\\b")
_GERMAN_ZH = re.compile("(?<![td])sch(?=[aeiouyjd])(?!tsch)")
# ch for kh: German, Dutch, Greek, Hebrew, Indonesian. A name that writes kh or sh, or as French does, does not mean it.
_CH = re.compile("(?<![stc])ch(?![rl])")
_OTHER_SCHOOL = re.compile("[ksz]h|tch|d?j[aeiou]|ou|oo|ee|ph|[éèïî]|ine\\b|qu|[aeiou]ss|cc")
# j for y: Slavic names whose letters have lost their marks.
_SLAVIC_NAME = re.compile(
    "(?:[oe]v|sk[iy]j?|[vnlrktd]ic|enko|jan)a?\\b|ija\\b|\\b[lnvbmpfk]j[aeiou]|[bdgklmnprstv]ij\\b"
)
_GLIDE = re.compile("(?<![dzst])j(?=[aeiou]|\\b)")
# Turkish without its marks: c is j in a name that no other school has written.
_TURKISH_C = re.compile("c(?![hk])")
_NOT_TURKISH = re.compile("[jwqx]|[scktpdzg]h|ou|oo|ee|ck|cc")
# Persian, Urdu, Turkic and Russian z for what others write dh.
_DH = re.compile("dh(?=[aeiou])")
# Malay and Indonesian since 1972: Syarif is Sharif.
_MALAY_SH = re.compile("\\bsy(?=[aiou])|(?<=[aeiou])sy(?=[aiou])")
# Polish endings, without the marks that tell the school.
_POLISH = re.compile("(?:wicz|cki|cka|czyk)\\b")
# Somali: c is ayn, x is the sharp h; long vowels are doubled.
_SOMALI = re.compile("aa|ii[a-z]|uu|(?<!\\bm)ac[dmy]|\\bc(?:abd|ali\\b|umar)|x[aeiou]")
# Passports of the PRC printed ü so until 2012.
_PINYIN_V = re.compile("(?<=\\b[ln])v(?![aiou])")
_AYN = re.compile("c(?![hk])")


def others(written: str, school: School) -> Iterator[tuple[str, School]]:
    """Texts that `written`, of this school, may stand for as well, each with its school."""
    if latin.loses_sounds_when_bare(written, school):
        return iter([(latin.bare(written), School.UNKNOWN)])
    text = latin.lower(written)
    if school is School.GERMAN:
        return zip(_german(text), repeat(school))
    if school is School.UNKNOWN and text.isascii():
        return zip(_of_unknown_school(text), repeat(school))
    return iter(())


def _german(text: str) -> Iterator[str]:
    voiced = _WORD.sub(_voiced, text)
    if voiced != text:
        yield voiced
    if _RUSSIAN_IN_GERMAN.search(text) is None:
        return
    if "chr" in text:
        yield text.replace("chr", "khr")
    for one in dict.fromkeys((text, voiced)):
        with_zh = _GERMAN_ZH.sub("zh", one)
        if with_zh != one:
            yield with_zh


def _voiced(match: re.Match[str]) -> str:
    word = match.group()
    # Hasan is no Hazan, whoever writes him.
    return word if lexicon.find_romanised(latin.romanise(word, School.GERMAN)) is not None else _GERMAN_Z.sub("z", word)


def _may_be_turkish(text: str) -> bool:
    if _TURKISH_C.search(text) is None or _NOT_TURKISH.search(text) is not None:
        return False
    first = _WORD.search(text)
    return first is not None and not syllables.is_surname(first.group())


def _with_z(match: re.Match[str]) -> str:
    word = match.group()
    return word if lexicon.find_romanised(word) is not None else _DH.sub("z", word)


def _of_unknown_school(text: str) -> Iterator[str]:
    if "c" in text:
        yield from _with_c(text)
    elif "x" in text and _SOMALI.search(text):
        yield text.replace("x", "h")
    if "j" in text and _SLAVIC_NAME.search(text) and _GLIDE.search(text):
        yield _GLIDE.sub("y", text)
    if "sy" in text and _MALAY_SH.search(text):
        yield _MALAY_SH.sub("sh", text)
    if "dh" in text and _DH.search(text):
        yield _WORD.sub(_with_z, text)
    if "v" in text and _PINYIN_V.search(text):
        yield _PINYIN_V.sub("u", text)
    yield from wade_giles.readings(text)


def _with_c(text: str) -> Iterator[str]:
    if "ch" in text and _OTHER_SCHOOL.search(text) is None and _CH.search(text):
        yield _CH.sub("kh", text)
    if _SOMALI.search(text):
        yield _AYN.sub("", text.replace("x", "h"))
    if _POLISH.search(text):
        yield latin.romanise(text.replace("sz", "sh"), School.SLAVIC)
    if _may_be_turkish(text):
        yield _TURKISH_C.sub("j", text)

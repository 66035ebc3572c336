"""Names in Han and Hangul signs, a syllable a sign, and pinyin written a syllable a word.

A run of Han without a space is a family name, of one sign or one of the few of two, and a given name; the given name
is written as one word in Latin letters, or as two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from anyascii import anyascii


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_LONGEST_NAME = 4
_DOUBLE_SURNAMES = _words(
    "欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 夏侯 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 司徒 司空 长孙 長孫 宇文 "
    "轩辕 軒轅 端木 独孤 獨孤 南宫 南宮 西门 西門 百里 呼延 闻人 聞人 澹台 澹臺 第五 鲜于 鮮于"
)
# Signs that are read otherwise when they are a family name (or that the general table reads in the rarer way).
_AS_SURNAME = {
    "单": "shan", "單": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "盖": "ge", "蓋": "ge",
    "朴": "piao", "乐": "yue", "樂": "yue", "区": "ou", "區": "ou", "翟": "zhai", "缪": "miao", "繆": "miao",
    "员": "yun", "員": "yun", "黑": "he", "折": "she", "种": "chong", "覃": "qin", "冼": "xian", "洗": "xian",
    "秘": "bi", "万俟": "moqi", "尉迟": "yuchi", "尉遲": "yuchi", "长孙": "zhangsun", "長孫": "zhangsun",
    "澹台": "tantai", "澹臺": "tantai",
}  # fmt: skip
_HANGUL_SURNAMES = {"김": "kim", "이": "lee", "리": "lee", "박": "park", "최": "choi", "정": "jung", "조": "cho"}

_SYLLABLE = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:i?ang|i?ong|iao|ian|i?eng|uang|uai|uan|ing|ai|ei|ao|ou|an|en|ia|ie|iu|in"
    "|ua|uo|ue|ui|un|er|[aeiou])"
)
_SYLLABLES = re.compile(f"(?:{_SYLLABLE.pattern})+")
# The most frequent first.
_PINYIN_SURNAMES = _words(
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang deng "
    "feng han cao zeng peng xiao cai pan tian dong yuan yu ye jiang du su wei cheng lu ding ren yao shen zhong tan fan "
    "liao shi jin jia xia fu fang zou xiong bai meng qin qiu hou yan xue lei long duan hao kong shao mao chang wan "
    "gu lai kang yin qian niu hong gong zha shan ge ou zhai miao"
)
_RANK = {surname: rank for rank, surname in enumerate(_PINYIN_SURNAMES, start=1)}
# A family name stands first, unless the last syllable is so many times likelier to be one.
_LIKELIER_LAST = 10
PARTS_OF_SPLIT_NAME = 3
"""Words of a name whose given name stands in two syllables."""


def romanised(words: Sequence[str]) -> list[str]:
    """The words of a name in Han or Hangul signs in Latin letters: a single run is cut into family and given name."""
    if len(words) != 1 or not 2 <= len(words[0]) <= _LONGEST_NAME:
        return [_AS_SURNAME.get(word) or _HANGUL_SURNAMES.get(word) or anyascii(word).lower() for word in words]
    run = words[0]
    length = 2 if run[:2] in _AS_SURNAME or (run[:2] in _DOUBLE_SURNAMES and len(run) > 2) else 1
    surname, given = run[:length], run[length:]
    family = _AS_SURNAME.get(surname) or _HANGUL_SURNAMES.get(surname) or anyascii(surname).lower()
    return [family, anyascii(given).lower()] if given else [family]


def is_surname(word: str) -> bool:
    """Whether `word`, in pinyin, is one of the frequent family names."""
    return word in _RANK


def surname_first(forms: Iterator[str]) -> bool:
    """Whether the words read as a Chinese name in pinyin: a frequent family name first, and syllables alone."""
    return is_surname(next(forms, "")) and all(map(_SYLLABLES.fullmatch, forms))


def rank(word: str) -> int:
    """How frequent `word`, in pinyin, is as a family name, the most frequent first; those not known come last."""
    return _RANK.get(word, len(_RANK) + 1)


def joined(forms: Sequence[str]) -> int | None:
    """Where the given name begins in a family name and two syllables of pinyin (Wang Xiao Ming); None in other names.

    The two syllables are one name: 1 where the family name stands first, 0 where it stands last.
    """
    if len(forms) != PARTS_OF_SPLIT_NAME or not all(_SYLLABLE.fullmatch(form) for form in forms):
        return None
    first, last = _RANK.get(forms[0]), _RANK.get(forms[-1])
    if first is None:
        return None if last is None else 0
    return 0 if last is not None and first > _LIKELIER_LAST * last else 1

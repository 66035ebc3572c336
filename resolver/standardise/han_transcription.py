"""Names of other peoples in Han signs: each sign stands for a sound, by the tables of Xinjiang and of Xinhua.

The tables use the same few signs throughout, and a middle dot between the parts; a run of such signs alone is read as a
transcription. They write one sign for the syllables with l and with r; a frequent given name tells which is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from resolver.standardise import lexicon

_SIGNS = {
    "a": "阿艾爱安奥", "b": "不布卜", "ba": "巴白拜", "bi": "比毕", "bo": "波博", "bu": "布", "da": "达大", "d": "德得",
    "di": "迪地狄",
    "du": "都杜", "f": "夫弗", "fa": "法", "fi": "菲", "ga": "加尕", "g": "格", "gu": "古谷", "ha": "哈",
    "h": "合赫", "hu": "胡侯呼", "i": "伊依易衣", "in": "因英", "ja": "贾加", "ji": "吉", "j": "吉", "jan": "江",
    "han": "汗", "ka": "卡喀", "k": "克", "ke": "凯开", "ki": "基", "ku": "库苦", "la": "拉来莱", "li": "丽里力利立",
    "l": "勒", "lu": "鲁路", "ma": "马买麦迈默", "man": "曼", "m": "木姆", "mi": "米", "min": "明敏", "mu": "穆",
    "na": "娜纳那", "ni": "尼", "nu": "努", "pa": "帕", "p": "甫普", "pi": "皮", "r": "尔", "ra": "热", "ro": "肉",
    "ru": "如茹", "sa": "萨赛塞", "s": "斯色司", "si": "西", "su": "苏素", "sun": "逊荪", "sha": "夏沙", "sh": "什",
    "shi": "希", "ta": "塔", "t": "提特", "tu": "吐图", "tan": "坦", "wa": "瓦", "u": "吾乌", "ya": "亚雅",
    "yu": "玉优尤", "z": "孜兹则", "za": "扎", "cha": "恰", "hin": "欣", "ham": "罕",
}  # fmt: skip
_SOUND_OF = {sign: sound for sound, signs in _SIGNS.items() for sign in signs} | {"福": "f", "奥": "o", "布": "bu"}
_RUN = re.compile("[\u3400-\u9fff]+")
_DOT = re.compile("[·•‧・∙⋅]")
_FEWEST_SIGNS = 3
_INNER_H = re.compile("(?<=.)ha(?=[^r])")
_BESIDE_M = re.compile("ham(?=m)")
_INNER_I = re.compile("(?<=[^aeiou])i(?=[wr])")


def readings(text: str) -> Iterator[str]:
    """`text` in Latin letters where all of it may be a transcription; nothing where it is a Chinese name alone."""
    runs = _RUN.findall(text)
    if not all(sign in _SOUND_OF for run in runs for sign in run):
        return
    if _DOT.search(text) is None and not all(len(run) >= _FEWEST_SIGNS for run in runs):
        return
    yield " ".join(map(_word, runs))


def _word(run: str) -> str:
    sounds = "".join(_SOUND_OF[sign] for sign in run)
    sounds = _INNER_H.sub("h", _BESIDE_M.sub("ha", sounds))
    return next((one for one in _candidates(sounds) if lexicon.find_romanised(one) is not None), sounds)


def _candidates(sounds: str) -> Iterator[str]:
    yield sounds
    yield _INNER_I.sub("", sounds)
    yield sounds.replace("l", "r")
    yield sounds.replace("r", "l")

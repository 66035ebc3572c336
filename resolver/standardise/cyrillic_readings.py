"""The other ways to read a name in Cyrillic letters, whose language is not always told by them."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Letters of Russian alone among the Slavic alphabets here; Ukrainian ones; Serbian and Macedonian ones.
_RUSSIAN = re.compile("[ыэё]")
_UKRAINIAN = re.compile("[іїєґ]")
_SOUTH_SLAVIC = re.compile("[ђјљњћџѓќѕ]")
_SERBIAN = re.compile("[ђћ]")
# Alphabets of Central Asia and the Caucasus have letters of their own for h.
_OWN_H = re.compile("[әғқңөұүһҳҷҗӣӯҡҙҫӓӧӱҝҹӕӷҕӏў]")
# Ukrainian зг is zgh, not to be read as zh.
_G = re.compile("(?<!з)г")
_H = "һ"

_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "з": "z", "и": "i", "к": "k", "л": "l", "м": "m",
    "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ј": "j",
    "љ": "lj", "њ": "nj",
}  # fmt: skip
_GAJ_BARE = str.maketrans(_LATIN | {"ђ": "d", "ж": "z", "ћ": "c", "ч": "c", "џ": "dz", "ш": "s", "ѕ": "dz"})
_MACEDONIAN = str.maketrans(
    _LATIN | {"ѓ": "gj", "ж": "zh", "ѕ": "dz", "ќ": "kj", "ч": "ch", "џ": "dj", "ш": "sh", "ђ": "dj", "ћ": "c"}
)


def others(written: str) -> Iterator[str]:
    """Texts that `written` may stand for as well, in Cyrillic letters or in Latin ones.

    ё without its dots; г as h, which it is in Ukrainian, and which Russian has no other letter for; щ as sht, which it
    is in Bulgarian; Serbian as passports print it, in Latin letters without marks; Macedonian as passports print it.
    """
    text = written.lower()
    if "ё" in text:
        yield text.replace("ё", "е")
    if _SOUTH_SLAVIC.search(text):
        yield text.translate(_GAJ_BARE)
        if not _SERBIAN.search(text):
            yield text.translate(_MACEDONIAN)
    elif not _RUSSIAN.search(text) and not _OWN_H.search(text):
        if "г" in text:
            yield _G.sub(_H, text)
        if "щ" in text and not _UKRAINIAN.search(text):
            yield text.replace("щ", "шт")

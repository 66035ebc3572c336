"""Values that stand for nothing: what is typed where a form wants a name or a number and none is known.

Two people called `Unknown Unknown` have nothing in common.
"""

from __future__ import annotations

import re

_NO_NAMES = frozenset(
    [
        "unknown",
        "unk",
        "ukn",
        "unnamed",
        "noname",
        "none",
        "null",
        "nil",
        "na",
        "nn",
        "nfn",
        "fnu",
        "lnu",
        "fnulnu",
        "anonymous",
        "notknown",
        "notavailable",
        "notapplicable",
        "tba",
        "tbd",
        "xxx",
        "test",
        "name",
        "first",
        "last",
        "given",
        "family",
        "surname",
        "forename",
        "not",
        "known",
        "available",
        "applicable",
        "inconnu",
        "inconnue",
        "inconnus",
        "anonyme",
        "sans",
        "nom",
        "desconocido",
        "desconocida",
        "sin",
        "nombre",
        "unbekannt",
        "ohne",
        "namen",
        "bilinmiyor",
        "bilinmeyen",
        "isimsiz",
        "adsiz",
        "sconosciuto",
        "nezvestno",
        "neizvestno",
        "neizvestny",
        "neizvestnyj",
        "neizvestnaya",
        "mjhwl",
        "majhul",
        "majhool",
        "majhoul",
        "namjhwl",
        "namalwm",
        "namaloom",
        "namalum",
        "неизвестно",
        "неизвестный",
        "неизвестная",
        "مجهول",
        "مجهولة",
        "غير",
        "معروف",
        "معلوم",
        "نامعلوم",
        "ناشناس",
    ]
)
_ALL_BUT_ONE_ZERO = re.compile("0*[0-9]0*")
_SHORTEST_RUN = 7
_RUNS = ("01234567890123456789", "98765432109876543210", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def is_no_name(text: str) -> bool:
    """Whether every word of a name stands for nothing."""
    words = re.findall(r"\w+", text.lower().replace("/", ""))
    return bool(words) and all(word in _NO_NAMES for word in words)


def is_no_number(number: str) -> bool:
    """Whether a document number, in capitals and digits only, is a run of signs, a word, or one digit among zeros."""
    return (
        len(set(number)) == 1
        or _ALL_BUT_ONE_ZERO.fullmatch(number) is not None
        or (len(number) >= _SHORTEST_RUN and any(number in run for run in _RUNS))
        or is_no_name(number.replace("0", "O").replace("1", "I"))
        or is_no_name(number.replace("0", "O").replace("1", "L"))
    )

"""Russian and Central Asian patronymics, and family names that have a feminine form."""

from __future__ import annotations

import re

_PATRONYMIC = re.compile(
    "(?P<stem>.{2,}?)(?:(?:y?e|o|yo)(?:vich|vych|vitch|witsch|wich|vic|vna|wna)|[ui]fich|[ui]fna|ivna|inichna|ichna|y?ich)"
    "|(?P<kazakh>.{3,}?)(?:u?uly|[kq][yi]z[yi]|gyzy)"
)
_ENDINGS = ("ch", "vic", "na", "ly", "zy", "zi")
_SKAYA = re.compile("(?<=.{2})ska(?:[yij]a)?$")
_FEMININE = re.compile("(?<=.{2}[oe]v)a$|(?<=.{4}in)a$")


def father_of(form: str) -> str | None:
    """The father's given name in a patronymic's romanised form; None when `form` is not one.

    >>> father_of("akhmedovich")
    'akhmed'
    """
    # Most words end otherwise, which is found sooner than the pattern fails.
    match = _PATRONYMIC.fullmatch(form) if form.endswith(_ENDINGS) else None
    return match.group("stem") or match.group("kazakh") if match else None


def masculine(form: str) -> str:
    """A family name's masculine form: Magomedova becomes magomedov, Nikitina nikitin, Petrovskaya petrovsky."""
    return _FEMININE.sub("", _SKAYA.sub("sky", form)) if form.endswith("a") else form

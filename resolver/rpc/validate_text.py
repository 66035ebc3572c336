"""Which texts are accepted: no controls, no lone surrogates, nothing that changes how other text is read.

Overrides and isolates of the writing direction make a text read as another one (CVE-2021-42574); other invisible
characters make two texts that look alike differ. Joiners are spelling in Persian and Urdu and stay.
"""

from __future__ import annotations

import unicodedata

from resolver.domain.errors import ErrorReason
from resolver.rpc.violations import Violations

_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")


def refused_character(text: str, allowed: str = "") -> str | None:
    """The first character that no text may have, or None; `allowed` lists exceptions, such as a line feed."""
    if text.isprintable():
        return None
    for character in text:
        if character in _JOINERS or character in allowed:
            continue
        if unicodedata.category(character) in _REFUSED_CATEGORIES:
            return character
    return None


def check_text(
    violations: Violations, path: str, text: str, most: int, *, required: bool = False, allowed: str = ""
) -> None:
    """Notes a text that is empty though required, longer than `most` code points, or has a refused character."""
    if not text:
        if required:
            violations.add(path, "must not be empty")
        return
    if len(text) > most:
        description = f"has {len(text):,} characters, at most {most:,} are allowed"
        violations.add(path, description, ErrorReason.LIMIT_EXCEEDED)
    refused = refused_character(text, allowed)
    if refused is not None:
        description = f"has a character that is not allowed, U+{ord(refused):04X}"
        violations.add(path, description, ErrorReason.TEXT_NOT_ALLOWED)
    elif required and not any(unicodedata.category(character)[0] in "LN" for character in text):
        violations.add(path, "must have a letter or a digit")

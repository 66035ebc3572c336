"""Why personal data may be asked for."""

from __future__ import annotations

from typing import Final

PURPOSES: Final = frozenset(
    {
        "locate",
        "identify",
        "investigate",
        "warn",
        "identify-body",
        "forensic",
        "security-check",
        "threat-analysis",
        "border",
        "data-quality",
        "redress",
        "supervision",
    }
)

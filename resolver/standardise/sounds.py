"""Double-metaphone keys of romanised words, for blocking."""

from __future__ import annotations

from functools import lru_cache

from doublemetaphone import doublemetaphone


@lru_cache(maxsize=262_144)
def sounds_of(form: str) -> tuple[str, ...]:
    """The primary key of a romanised word; empty where it has no sound."""
    primary, _ = doublemetaphone(form)
    return (primary,) if primary else ()

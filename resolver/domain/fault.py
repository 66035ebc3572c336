"""Where a fault happened, without what it was about."""

from __future__ import annotations

import traceback
from pathlib import PurePath

_FRAMES = 12
"""The innermost, of each error of a chain."""


def whereabouts(error: BaseException) -> str:
    """An error's type and the places that it passed through, innermost first, and the same of what caused it.

    The text of an exception is left out: it may quote a record, a statement or a value. Example:
    `KeyError at reader.py:72 record < backend.py:58 read; from ValueError at dates.py:10 parse`
    """
    told = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        told.append(_one(current))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "; from ".join(told)


def _one(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__, -10_000)[-_FRAMES:]
    places = [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
    name = type(error).__name__
    return f"{name} at {' < '.join(places)}" if places else name

"""Long work in Python beside calls that are served: threads take turns more often."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_TURN: Final = 0.0005
"""Seconds that a thread may keep the interpreter while another one waits for it."""


@contextmanager
def giving_way() -> Iterator[None]:
    """Has whoever waits for the interpreter wait for half a millisecond, and not for five, as long as the block lasts.

    A call that is served takes the interpreter some twenty times, after each statement of DuckDB again; beside a thread
    that never waits for anything, each time would cost the whole of its turn.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)

"""Long work in Python beside calls that are served: it waits for these, and threads take turns more often."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_TURN: Final = 0.0005
"""Seconds that a thread may keep the interpreter while another one waits for it."""
_LOOK: Final = 0.005
_LOOKS: Final = 20
"""How often, and after how many seconds each, it is asked whether somebody still is in a hurry."""


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


def let_pass(hurried: Callable[[], bool]) -> None:
    """Waits until nobody is in a hurry, but not for ever: whoever works in between comes to an end in any flood."""
    for _ in range(_LOOKS):
        if not hurried():
            return
        time.sleep(_LOOK)

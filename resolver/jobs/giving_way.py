"""Long work in Python beside calls that are served: it waits for these, and threads take turns more often."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_TURN: Final = 0.0005
"""Seconds that a thread may keep the interpreter while another one waits for it."""
_LOOKS: Final = 20
"""How often it is asked, until patience ends, whether somebody still is in a hurry."""


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


def let_pass(hurried: Callable[[], bool], patience: float = 0.1) -> None:
    """Waits until nobody is in a hurry, for `patience` seconds at most: who works in between ends in any flood."""
    for _ in range(_LOOKS):
        if not hurried():
            return
        time.sleep(patience / _LOOKS)

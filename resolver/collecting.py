"""How often Python looks for cycles of objects that nothing refers to any more."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = (10_000, 10, 10)
_NEVER: Final = 1_000_000_000


def collect_seldom() -> None:
    """Lets Python look less often, and no more in what is there by now, which stays.

    What a record leaves behind is freed without that; looking took up to a quarter of a stream's time, and a third of
    that of the processes that make records ready.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)


@contextmanager
def without_full_collections() -> Iterator[None]:
    """Keeps Python from looking through all objects as long as the block lasts, which builds up very many.

    With some millions of them that takes a second each time, in which no call is answered; and it finds nothing.
    """
    youngest, young, old = gc.get_threshold()
    gc.set_threshold(youngest, young, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(youngest, young, old)

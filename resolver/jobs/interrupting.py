"""Long statements of DuckDB end when the work that they are part of has to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

import duckdb

_ASK_EVERY: Final = 0.25
"""Seconds after which it is asked whether the work has to stop."""


@contextmanager
def interruptible(connection: duckdb.DuckDBPyConnection, check: Callable[[], None]) -> Iterator[None]:
    """Interrupts what runs on a connection once `check`, which is called from a thread of its own, raises.

    The block then ends with what `check` raised. Between two statements the block has to ask by itself.
    """
    over, raised = Event(), list[Exception]()

    def ask() -> None:
        while not over.wait(_ASK_EVERY):
            try:
                check()
            except Exception as error:  # noqa: BLE001 - raised where the work is
                raised.append(error)
                connection.interrupt()
                return

    asking = Thread(target=ask, name="interrupting", daemon=True)
    asking.start()
    try:
        yield
    except duckdb.InterruptException:
        if not raised:
            raise
        raise raised[0] from None
    finally:
        over.set()
        asking.join()

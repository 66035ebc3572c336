"""A gate to the store: any number read at a time, or one alone exchanges the file behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Who is within may enter again. Who wants to be alone is let in when all have left; new ones wait for that."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._within = 0
        self._closed = False
        self._mine = threading.local()

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Reads within the block."""
        depth = getattr(self._mine, "depth", 0)
        if depth == 0:
            with self._changed:
                self._changed.wait_for(lambda: not self._closed)
                self._within += 1
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            if depth == 0:
                with self._changed:
                    self._within -= 1
                    self._changed.notify_all()

    @contextmanager
    def alone(self, patience: float) -> Iterator[bool]:
        """Is alone within the block; the block is told False, and is not alone, where that takes too many seconds."""
        deadline = time.monotonic() + patience
        with self._changed:
            self._closed = True
            alone = self._changed.wait_for(lambda: self._within == 0, deadline - time.monotonic())
            if not alone:
                self._open()
        try:
            yield alone
        finally:
            if alone:
                with self._changed:
                    self._open()

    def _open(self) -> None:
        self._closed = False
        self._changed.notify_all()

"""Ways to bring the engine into a state that tests of the interface need."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from resolver.domain.errors import ErrorReason, NotFound
from resolver.engine import Engine
from resolver.writes import Write


@contextmanager
def _held(engine: Engine) -> Iterator[None]:
    holding, release = threading.Event(), threading.Event()

    def hold(_: int) -> None:
        holding.set()
        release.wait(timeout=60)

    stop = engine.watch(hold)
    try:
        engine.submit(Write((NotFound(ErrorReason.RECORD_NOT_FOUND, "made up"),)))
        assert holding.wait(timeout=30)
        yield
    finally:
        stop()
        release.set()


@pytest.fixture
def held_writer():
    """A context in which the engine takes writes and carries none out: its writer waits in a listener."""
    return _held

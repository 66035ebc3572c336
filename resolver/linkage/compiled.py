"""Functions over arrays that are compiled when they are first called, and kept compiled beside their source."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """The function, compiled by Numba; other threads run while it does."""
    return cast(F, njit(cache=True, nogil=True)(function))

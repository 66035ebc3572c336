"""Functions over arrays that are compiled when they are first called, and kept compiled beside their source."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Places = NDArray[np.int64]
Codes = NDArray[np.int32]
F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """The function, compiled by Numba; other threads run while it does."""
    return cast(F, njit(cache=True, nogil=True)(function))


def compiled_within(function: F) -> F:
    """A function for others that are compiled, and for no one else: to be called from Python it would take as long
    again to be compiled.
    """
    compiler = njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)  # type: ignore[call-overload] # not in its types
    return cast(F, compiler(function))

"""Work on generated records in processes beside, some thousand at a time: the records are never all in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Final, TypeVar

from resolver.synthetic.generator import GeneratedRecord

_PROCESSES: Final = 2
_CHUNK: Final = 5_000
_WAITING: Final = 4
"""Chunks that wait for a process at most."""
_T = TypeVar("_T")


def side_by_side(
    generated: Iterable[GeneratedRecord], work: Callable[[int, Sequence[GeneratedRecord]], _T]
) -> Iterator[tuple[int, _T]]:
    """What work makes of the records, some at a time in their order, with how many are done by then.

    `work` is given the place of the first of some records, from 0, and these; it goes to other processes.
    """
    waiting: deque[tuple[int, Future[_T]]] = deque()
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        for first, chunk in _chunks(generated):
            waiting.append((first + len(chunk), pool.submit(work, first, chunk)))
            if len(waiting) > _WAITING:
                done, future = waiting.popleft()
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()


def _chunks(generated: Iterable[GeneratedRecord]) -> Iterator[tuple[int, list[GeneratedRecord]]]:
    left, first = iter(generated), 0
    while chunk := list(islice(left, _CHUNK)):
        yield first, chunk
        first += len(chunk)

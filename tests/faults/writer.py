"""The process that something happens to: writes a plan into a store, and tells of each answer once it has it."""

import os
import signal
import sys
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from resolver.domain.errors import ErrorReason, ResolverError
from resolver.engine.engine import open_engine
from resolver.store.log_file import log_of

IN_FLIGHT = 6
"""Writes that wait for their answers at a time, so that some share a transaction."""
_PATIENCE = 120.0


@dataclass(frozen=True)
class Answered:
    """The answers to a write of the plan, as `comparable`, or why it was refused; how long the log was then."""

    place: int
    answers: tuple[Any, ...] | ErrorReason
    log_bytes: int


@dataclass(frozen=True)
class Writing:
    """A running writer and the end of the pipe that it tells through."""

    pid: int
    told: Connection
    process: Any

    def next(self):
        """The next answer; None when the writer has finished or is no more."""
        assert self.told.poll(_PATIENCE), "the writer hangs"
        try:
            return self.told.recv()
        except (EOFError, ConnectionResetError):
            return None

    def kill(self):
        """Ends it as a power cut would, and gives what it had told before."""
        os.kill(self.pid, signal.SIGKILL)
        rest = list(iter(self.next, None))
        self.process.join(_PATIENCE)
        return rest


@contextmanager
def writing(store, writes, first, *, key=None, checkpoint_at=None, abort=None, file_limit=None):
    """Starts a writer on the writes from `first` on, and ends it with the block.

    `checkpoint_at`: the size of the log at which it goes into the file, as DuckDB writes it. `abort`: a place within
    a checkpoint, as DuckDB names it, at which it is broken off, and after how many answers. `file_limit`: bytes.
    """
    # A server without threads forks the writers: what is imported is there at once, and no lock is copied.
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    told, tell = context.Pipe(duplex=False)
    process = context.Process(
        target=_write, args=(tell, store, writes, first, key, checkpoint_at, abort, file_limit), daemon=True
    )
    process.start()
    tell.close()
    try:
        yield Writing(process.pid, told, process)
    finally:
        if process.is_alive():
            process.kill()
        process.join(_PATIENCE)
        told.close()


def _write(tell: Connection, store: Path, writes, first, key, checkpoint_at, abort, file_limit):
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stderr.fileno())
    engine = open_engine(store, key=key)
    if checkpoint_at is not None:
        engine.reader.reading.cursor().execute(f"SET checkpoint_threshold = '{checkpoint_at}'")
    if file_limit is not None:
        _limit_files(store, file_limit)
    log = log_of(store)
    waiting = deque()
    places = deque(range(first, len(writes)))
    answered = 0
    while (places or waiting) and not engine.failed.done():
        if abort is not None and answered >= abort[1]:
            engine.reader.reading.cursor().execute(f"SET debug_checkpoint_abort = '{abort[0]}'")
        while places and len(waiting) < IN_FLIGHT:
            place = places.popleft()
            try:
                waiting.append((place, engine.submit(writes[place])))
            except ResolverError as error:
                tell.send(Answered(place, error.reason, 0))
        place, future = waiting.popleft()
        answered += 1
        error = future.exception(_PATIENCE)
        # The size is read before it is told: what an answer rests on is within it.
        size = log.stat().st_size if log.exists() else 0
        if error is not None and not isinstance(error, ResolverError):
            raise error
        if error is None:
            tell.send(Answered(place, tuple(map(comparable, future.result())), size))
            continue
        tell.send(Answered(place, error.reason, size))
        if error.reason is ErrorReason.STORAGE_FULL:
            places.appendleft(place)
    engine.close()


def _limit_files(store, spare):
    """Lets no file of this process grow by more than `spare` bytes beyond the longest of the store."""
    import resource

    longest = max(path.stat().st_size for path in (store, log_of(store)) if path.exists())
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest + spare, hard))


def comparable(answer):
    """A decision as it is; an error by what it says."""
    return (answer.reason, answer.message) if isinstance(answer, ResolverError) else answer

"""Does what takes long in a process of its own, so that it holds up nobody and can be stopped at once."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final, Protocol, TypeVar

from resolver.domain.errors import ErrorReason, Refused
from resolver.domain.fault import whereabouts
from resolver.engine.preparing import end_with_the_parent

_NICE: Final = 10
"""By how much calls that are served go before it."""
_LOOK_EVERY: Final = 0.1
"""Seconds after which it is looked whether the work has to stop."""
_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)

_log = logging.getLogger(__name__)

Tell = Callable[[str], None]
"""Is told what is being done."""


class Work(Protocol[_T_co]):
    """Work that can be handed to another process; a partial of a function of a module."""

    def __call__(self, tell: Tell) -> _T_co:
        """Does it. Raises Refused for what the caller is told."""


class ProcessLost(Exception):
    """There is no result: the work failed, or its process was killed, or memory ran out."""


def work_beside(work: Work[_T], tell: Tell, first: str) -> _T:
    """The result of work in a process of its own. Blocks.

    `tell` is told what the work tells, and the same again several times a second; `first` is what it is told until
    then. What it raises ends the process, and is raised.

    Raises:
        Refused: as the work raised it.
        ProcessLost: it failed, or the process ended by itself.
    """
    # A process that is forked from one with threads may find a lock taken.
    context = get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(work, sending), name="operation", daemon=True)
    process.start()
    sending.close()
    try:
        result: _T = _followed(receiving, tell, first)
        return result
    except EOFError:
        raise ProcessLost from None
    finally:
        process.kill()
        process.join()
        receiving.close()


def _followed(receiving: Connection, tell: Tell, phase: str) -> Any:  # noqa: ANN401 - what the work returned
    while True:
        if not receiving.poll(_LOOK_EVERY):
            tell(phase)
            continue
        kind, content = receiving.recv()
        if kind == "phase":
            phase = content
            tell(phase)
        elif kind == "refused":
            reason, message = content
            raise Refused(ErrorReason[reason], message)
        elif kind == "failed":
            # The text of an exception stays where it is: it may quote a record.
            _log.error("work in a process beside failed: %s", content)
            raise ProcessLost
        else:
            return content


def _work(work: Work[object], sending: Connection) -> None:
    end_with_the_parent()
    os.nice(_NICE)
    try:
        result = work(lambda phase: sending.send(("phase", phase)))
    except Refused as error:
        sending.send(("refused", (error.reason.name, error.message)))
    except Exception as error:  # noqa: BLE001 - told to the process that waits
        sending.send(("failed", whereabouts(error)))
    else:
        sending.send(("done", result))

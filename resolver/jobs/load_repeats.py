"""What a holding says of a record a second time: carried out one after the other, as the stream would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from resolver.domain.answer import Answer
from resolver.domain.audit import Asked
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Write
from resolver.engine.engine import Engine

_TOGETHER: Final = 250


def repeat(
    engine: Engine, submissions: Iterable[tuple[int, Submission]], asked: Asked
) -> Iterator[tuple[int, Submission, Answer]]:
    """Submits records in their order; yields each with its line and what became of it."""
    left = iter(submissions)
    while some := list(islice(left, _TOGETHER)):
        write = Write(tuple(each for _, each in some), streamed=True, asked=asked)
        answers = engine.submit(engine.prepared([write])[0]).result()
        for (line, each), answer in zip(some, answers, strict=True):
            yield line, each, answer

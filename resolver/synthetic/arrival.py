"""An order of arrival in which one person's records are far apart, with bounded memory: sorting by parts on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from random import Random
from tempfile import TemporaryFile
from typing import Any

_A_PART = 20_000


def shuffled(items: Iterable[Any], expected: int, rng: Random) -> Iterator[Any]:
    """The items, which JSON can hold, in an order drawn from `rng`; memory holds one part of about 20,000 at a time."""
    parts = max(1, -(-expected // _A_PART))
    with ExitStack() as stack:
        files = [stack.enter_context(TemporaryFile("w+", encoding="utf-8")) for _ in range(parts)]
        for item in items:
            line = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
            files[int(rng.random() * parts)].write(line + "\n")
        for file in files:
            file.seek(0)
            lines = file.readlines()
            rng.shuffle(lines)
            for line in lines:
                yield json.loads(line)

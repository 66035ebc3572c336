"""What a caller is shown of a store, as cursors and page tokens state it: who shares a view may share a cursor."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from resolver.domain.caller import Caller

MARK_BYTES: Final = 6
"""Some 300 views in 2**48 marks: two that share one come up once in six billion stores."""


@dataclass(frozen=True, slots=True)
class View:
    """The store, and the mark of the view; without a mark what is given is good in every view."""

    store_id: int
    mark: bytes = b""


def view_of(caller: Caller | None, store_id: int) -> View:
    """The view of a caller: that of its country and authority, whatever its system. Plain text has one of its own.

    The mark is a digest, so that a cursor that is kept or passed on names nobody. It keeps no secret and opens nothing:
    what a caller may see follows from its certificate alone.
    """
    named = "" if caller is None else f"{caller.country}/{caller.authority}"
    return View(store_id, blake2b(named.encode(), person=b"view", digest_size=MARK_BYTES).digest())

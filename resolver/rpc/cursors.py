"""Cursors of the feed and consistency tokens: a place in the feed of one store, as an opaque text.

A cursor also bears the mark of the view that it was given to, which is the only one that may use it. A cursor without
one is good in every view: those of earlier versions, and that of a backup, which is for all who follow.

It bears another mark, of the time at which the decision before it was committed. A store that was restored from a
backup has the same number and may have decided otherwise since; this mark tells.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput
from resolver.domain.feed import BEGINNING, FeedPlace
from resolver.rpc.sealed import seal, unseal
from resolver.rpc.view import MARK_BYTES, View

_PLACE: Final = struct.Struct(">IQ")
_MARKED_PLACE: Final = struct.Struct(">IQI")
_SIZES: Final = (_PLACE.size, _MARKED_PLACE.size, _MARKED_PLACE.size + MARK_BYTES)
_CURSOR: Final = b"cursor"
_FRESHNESS: Final = b"freshness"
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - times are UTC without zone
_MICROSECOND: Final = timedelta(microseconds=1)


def encode_cursor(place: FeedPlace, view: View) -> str:
    """The cursor of a place, for a view."""
    return seal(_CURSOR, _marked(place, view.store_id) + view.mark)


def decode_cursor(path: str, text: str, view: View, committed: Callable[[int], FeedPlace | None]) -> FeedPlace:
    """The place of a cursor; the beginning for an empty text. `committed` finds the place after a decision, or None.

    Raises:
        InvalidInput: CURSOR_INVALID, CURSOR_OF_ANOTHER_STORE, CURSOR_OF_ANOTHER_VIEW, CURSOR_AHEAD or CURSOR_EXPIRED.
    """
    if not text:
        return BEGINNING
    content = unseal(_CURSOR, text)
    if content is None or len(content) not in _SIZES:
        raise _violation(path, "is not a cursor", ErrorReason.CURSOR_INVALID)
    sequence = _sequence(path, content[: _PLACE.size], view.store_id)
    marked, mark = content[: _MARKED_PLACE.size], content[_MARKED_PLACE.size :]
    if mark not in (b"", view.mark):
        raise _violation(path, "was given to another view", ErrorReason.CURSOR_OF_ANOTHER_VIEW)
    place = committed(sequence)
    if place is None:
        raise _violation(path, "is beyond the end of the feed", ErrorReason.CURSOR_AHEAD)
    # The first version gave cursors without a mark of the time.
    if len(marked) == _MARKED_PLACE.size and marked != _marked(place, view.store_id):
        raise _violation(path, "was given before the store was restored", ErrorReason.CURSOR_EXPIRED)
    return place


def encode_freshness(sequence: int, store_id: int) -> str:
    """The token for reads that have to include the decision at a place of the feed."""
    return seal(_FRESHNESS, _PLACE.pack(store_id, sequence))


def check_freshness(path: str, text: str, store_id: int, head: int) -> None:
    """Refuses a token of another store. Reads see all that is committed, so a token of this one is always fulfilled.

    Raises:
        InvalidInput: CURSOR_INVALID, CURSOR_OF_ANOTHER_STORE or CURSOR_AHEAD.
    """
    content = unseal(_FRESHNESS, text)
    if content is None or len(content) != _PLACE.size:
        raise _violation(path, "is not a consistency token", ErrorReason.CURSOR_INVALID)
    if _sequence(path, content, store_id) > head:
        raise _violation(path, "is beyond the end of the feed", ErrorReason.CURSOR_AHEAD)


def _sequence(path: str, content: bytes, store_id: int) -> int:
    store, sequence = _PLACE.unpack(content)
    if store != store_id:
        raise _violation(path, "is of another store", ErrorReason.CURSOR_OF_ANOTHER_STORE)
    return int(sequence)


def _marked(place: FeedPlace, store_id: int) -> bytes:
    time = 0 if place.commit_time is None else (place.commit_time - _EPOCH) // _MICROSECOND & 0xFFFFFFFF
    return _MARKED_PLACE.pack(store_id, place.sequence, time)


def _violation(path: str, description: str, reason: ErrorReason) -> InvalidInput:
    return InvalidInput((FieldViolation(path, description, reason),))

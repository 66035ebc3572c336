"""Cursors of the feed and consistency tokens: a place in the feed of one store, as an opaque text.

A cursor also bears a mark of the time at which the decision before it was committed. A store that was restored from a
backup has the same number and may have decided otherwise since; the mark tells.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput
from resolver.domain.feed import BEGINNING, FeedPlace
from resolver.rpc.sealed import seal, unseal

_PLACE: Final = struct.Struct(">IQ")
_MARKED_PLACE: Final = struct.Struct(">IQI")
_CURSOR: Final = b"cursor"
_FRESHNESS: Final = b"freshness"
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - times are UTC without zone
_MICROSECOND: Final = timedelta(microseconds=1)


def encode_cursor(place: FeedPlace, store_id: int) -> str:
    """The cursor of a place."""
    return seal(_CURSOR, _MARKED_PLACE.pack(store_id, place.sequence, _mark(place)))


def decode_cursor(path: str, text: str, store_id: int, committed: Callable[[int], FeedPlace | None]) -> FeedPlace:
    """The place of a cursor; the beginning for an empty text. `committed` finds the place after a decision, or None.

    Raises:
        InvalidInput: CURSOR_INVALID, CURSOR_OF_ANOTHER_STORE, CURSOR_AHEAD or CURSOR_EXPIRED.
    """
    if not text:
        return BEGINNING
    content = unseal(_CURSOR, text)
    if content is None or len(content) not in (_PLACE.size, _MARKED_PLACE.size):
        raise _violation(path, "is not a cursor", ErrorReason.CURSOR_INVALID)
    place = committed(_sequence(path, content[: _PLACE.size], store_id))
    if place is None:
        raise _violation(path, "is beyond the end of the feed", ErrorReason.CURSOR_AHEAD)
    # The first version gave cursors without a mark.
    if len(content) == _MARKED_PLACE.size and content != _MARKED_PLACE.pack(store_id, place.sequence, _mark(place)):
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


def _mark(place: FeedPlace) -> int:
    return 0 if place.commit_time is None else (place.commit_time - _EPOCH) // _MICROSECOND & 0xFFFFFFFF


def _violation(path: str, description: str, reason: ErrorReason) -> InvalidInput:
    return InvalidInput((FieldViolation(path, description, reason),))

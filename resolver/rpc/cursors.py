"""Cursors of the feed and consistency tokens: a place in the feed of one store, as an opaque text.

Places are counted as the view counts that the text is given to: with what it is told alone. A cursor bears the mark of
that view, which is the only one that may use it. One without a mark is of an earlier version, when all counted alike.
That of a backup is for all who follow, and counts the whole feed: a seal stands in the place of the mark, so that
nobody can make up another and learn from the answer how far the whole feed goes.

It bears another mark, of the time at which the decision before it was committed. A store that was restored from a
backup has the same number and may have decided otherwise since; this mark tells.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput
from resolver.domain.feed import BEGINNING, FeedPlace
from resolver.rpc.sealed import seal, unseal
from resolver.rpc.view import MARK_BYTES, View

_PLACE: Final = struct.Struct(">IQ")
_MARKED_PLACE: Final = struct.Struct(">IQI")
_SEAL_BYTES: Final = 8
_CURSOR_SIZES: Final = (_PLACE.size, *(_MARKED_PLACE.size + more for more in (0, MARK_BYTES, _SEAL_BYTES)))
_FRESHNESS_SIZES: Final = (_PLACE.size, _PLACE.size + MARK_BYTES)
_CURSOR: Final = b"cursor"
_FRESHNESS: Final = b"freshness"
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - times are UTC without zone
_MICROSECOND: Final = timedelta(microseconds=1)


def encode_cursor(place: FeedPlace, view: View) -> str:
    """The cursor of a place of the whole feed, for a view."""
    return seal(_CURSOR, _marked(view.shown(place), view.store_id) + view.mark)


def encode_cursor_for_all(place: FeedPlace, view: View) -> str:
    """The cursor of a place of the whole feed, for every view."""
    content = _marked(place, view.store_id)
    return seal(_CURSOR, content + _sealed(content, view))


def decode_cursor(path: str, text: str, view: View, committed: Callable[[int], FeedPlace | None]) -> FeedPlace:
    """The place in the whole feed of a cursor; the beginning for an empty text.

    `committed` finds the place after a decision, or None.

    Raises:
        InvalidInput: CURSOR_INVALID, CURSOR_OF_ANOTHER_STORE, CURSOR_OF_ANOTHER_VIEW, CURSOR_AHEAD or CURSOR_EXPIRED.
    """
    if not text:
        return BEGINNING
    content = unseal(_CURSOR, text)
    if content is None or len(content) not in _CURSOR_SIZES:
        raise _violation(path, "is not a cursor", ErrorReason.CURSOR_INVALID)
    number = _number(path, content[: _PLACE.size], view.store_id)
    marked, mark = content[: _MARKED_PLACE.size], content[_MARKED_PLACE.size :]
    for_all = len(mark) == _SEAL_BYTES
    if for_all and mark != _sealed(marked, view):
        raise _violation(path, "is not a cursor", ErrorReason.CURSOR_INVALID)
    if not for_all and mark not in (b"", view.mark, view.former_mark):
        raise _violation(path, "was given to another view", ErrorReason.CURSOR_OF_ANOTHER_VIEW)
    sequence = number if for_all else view.sequence(number)
    place = None if sequence is None else committed(sequence)
    if place is None:
        raise _violation(path, "is beyond the end of the feed", ErrorReason.CURSOR_AHEAD)
    # The first version gave cursors without a mark of the time.
    timed = FeedPlace(number, place.commit_time)
    if len(marked) == _MARKED_PLACE.size and marked != _marked(timed, view.store_id):
        raise _violation(path, "was given before the store was restored", ErrorReason.CURSOR_EXPIRED)
    return place


def encode_freshness(sequence: int, view: View) -> str:
    """The token for reads that have to include the decision with a sequence, for a view."""
    return seal(_FRESHNESS, _PLACE.pack(view.store_id, view.place(sequence)) + view.mark)


def check_freshness(path: str, text: str, view: View, head: Callable[[], int]) -> None:
    """Refuses a token of another store. Reads see all that is committed, so a token of this one is always fulfilled.

    `head` finds the sequence of the newest decision. How far another view has come is not for this one to know.

    Raises:
        InvalidInput: CURSOR_INVALID, CURSOR_OF_ANOTHER_STORE or CURSOR_AHEAD.
    """
    content = unseal(_FRESHNESS, text)
    if content is None or len(content) not in _FRESHNESS_SIZES:
        raise _violation(path, "is not a consistency token", ErrorReason.CURSOR_INVALID)
    number = _number(path, content[: _PLACE.size], view.store_id)
    if content[_PLACE.size :] in (b"", view.mark) and number > view.place(head()):
        raise _violation(path, "is beyond the end of the feed", ErrorReason.CURSOR_AHEAD)


def _number(path: str, content: bytes, store_id: int) -> int:
    store, number = _PLACE.unpack(content)
    if store != store_id:
        raise _violation(path, "is of another store", ErrorReason.CURSOR_OF_ANOTHER_STORE)
    return int(number)


def _marked(place: FeedPlace, store_id: int) -> bytes:
    time = 0 if place.commit_time is None else (place.commit_time - _EPOCH) // _MICROSECOND & 0xFFFFFFFF
    return _MARKED_PLACE.pack(store_id, place.sequence, time)


def _sealed(content: bytes, view: View) -> bytes:
    return blake2b(content, key=view.key, person=b"for all views", digest_size=_SEAL_BYTES).digest()


def _violation(path: str, description: str, reason: ErrorReason) -> InvalidInput:
    return InvalidInput((FieldViolation(path, description, reason),))

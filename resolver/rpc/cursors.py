"""Cursors of the feed and consistency tokens: a place in the feed of one store, as an opaque text."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput
from resolver.rpc.sealed import seal, unseal

_PLACE = struct.Struct(">IQ")
_CURSOR = b"cursor"
_FRESHNESS = b"freshness"
_NONE: Final[Mapping[int, int]] = MappingProxyType({})


def encode_cursor(sequence: int, store_id: int) -> str:
    """The cursor after the decision at a place of the feed; 0 is the beginning."""
    return seal(_CURSOR, _PLACE.pack(store_id, sequence))


def decode_cursor(path: str, text: str, store_id: int, head: int, former: Mapping[int, int] = _NONE) -> int:
    """The place of a cursor; 0 for an empty text.

    `former`: the stores that this one was restored from, by number, and the last place that it has in common with each.

    Raises:
        InvalidInput: CURSOR_INVALID, for a text that is damaged, of another store, or ahead of this one.
    """
    return _decode(_CURSOR, path, text, {**former, store_id: head}, "is not a cursor of this store")


def encode_freshness(sequence: int, store_id: int) -> str:
    """The token for reads that have to include the decision at a place of the feed."""
    return seal(_FRESHNESS, _PLACE.pack(store_id, sequence))


def check_freshness(path: str, text: str, store_id: int, head: int, former: Mapping[int, int] = _NONE) -> None:
    """Refuses a token of another store. Reads see all that is committed, so a token of this one is always fulfilled.

    Raises:
        InvalidInput: CURSOR_INVALID.
    """
    _decode(_FRESHNESS, path, text, {**former, store_id: head}, "is not a consistency token of this store")


def _decode(kind: bytes, path: str, text: str, ends: Mapping[int, int], fault: str) -> int:
    if not text:
        return 0
    content = unseal(kind, text)
    if content is not None and len(content) == _PLACE.size:
        store, sequence = _PLACE.unpack(content)
        if sequence <= ends.get(store, -1):
            return int(sequence)
    raise InvalidInput((FieldViolation(path, fault, ErrorReason.CURSOR_INVALID),))

"""Makes a message with invalid UTF-8 readable, so that the fault is told like any other: per record, with its path.

Lone surrogates and other bytes that are no UTF-8 cannot be parsed at all, and a whole message would fail for one text.
Each such byte becomes U+001A, the SUBSTITUTE character, which validation then refuses where it stands. The length of a
text stays what it was, so nothing around it changes.
"""

from __future__ import annotations

import re

from google.protobuf.descriptor import Descriptor, FieldDescriptor

_ESCAPED = re.compile("[\udc80-\udcff]")
_SUBSTITUTE = "\x1a"
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


def substitute_invalid_text(message: Descriptor, data: bytes) -> bytes:
    """The serialised message with every invalid byte of its texts replaced.

    Raises:
        ValueError: the bytes are not a message.
    """
    buffer = bytearray(data)
    _walk(message, buffer, 0, len(buffer))
    return bytes(buffer)


def _walk(message: Descriptor, buffer: bytearray, at: int, end: int) -> None:
    while at < end:
        key, at = _varint(buffer, at, end)
        kind = key & 7
        if kind == _VARINT:
            _, at = _varint(buffer, at, end)
        elif kind in (_FIXED64, _FIXED32):
            at += 8 if kind == _FIXED64 else 4
        elif kind == _LENGTH:
            length, at = _varint(buffer, at, end)
            if at + length > end:
                raise ValueError("a field ends after its message")
            _field(message.fields_by_number.get(key >> 3), buffer, at, at + length)
            at += length
        else:
            raise ValueError("an unknown kind of field")


def _field(field: FieldDescriptor | None, buffer: bytearray, at: int, end: int) -> None:
    if field is None:
        return
    if field.type == FieldDescriptor.TYPE_MESSAGE and field.message_type is not None:
        _walk(field.message_type, buffer, at, end)
    elif field.type == FieldDescriptor.TYPE_STRING:
        text = buffer[at:end].decode("utf-8", errors="surrogateescape")
        buffer[at:end] = _ESCAPED.sub(_SUBSTITUTE, text).encode()


def _varint(buffer: bytearray, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 70:
        byte = buffer[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("a number has no end")

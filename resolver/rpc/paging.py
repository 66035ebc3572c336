"""Pages of lists; AIP-158. A token is bound to the call and the arguments that gave it."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

from google.protobuf.message import Message

from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput
from resolver.rpc import limits
from resolver.rpc.sealed import seal, unseal

_KIND = b"page"
_CONTENT = struct.Struct(">Q16s")
_LONG_CONTENT = struct.Struct(">QQ16s")
"""For positions from 2^64 on: their upper and their lower half."""
_HALF_BITS = 64


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for: what comes after `position`, a number below 2^128, at most `size` entries."""

    position: int
    size: int
    _binding: bytes

    def token(self, position: int) -> str:
        """The token of the page that continues after a position."""
        upper, lower = divmod(position, 1 << _HALF_BITS)
        if upper:
            return seal(_KIND, _LONG_CONTENT.pack(upper, lower, self._binding))
        return seal(_KIND, _CONTENT.pack(lower, self._binding))


def open_page(page_size: int, page_token: str, method: str, *arguments: object) -> Page:
    """The page that a request asks for.

    Args:
        page_size: As requested; 0 is the default, more than the largest is lowered.
        page_token: As requested; empty is the first page.
        method: The call, such as `ListRecords`.
        arguments: All that decides what the list holds, the store included.

    Raises:
        InvalidInput: a negative size, or PAGE_TOKEN_INVALID for a damaged token or one of another list.
    """
    if page_size < 0:
        raise InvalidInput((FieldViolation("page_size", "must not be negative"),))
    size = min(page_size or limits.PAGE_DEFAULT, limits.PAGE_LARGEST)
    binding = blake2b(repr((method, arguments)).encode(), digest_size=16).digest()
    return Page(_position(page_token, binding), size, binding)


_M = TypeVar("_M", bound=Message)


def close_page(page: Page, messages: Sequence[_M], positions: Sequence[int]) -> tuple[list[_M], str]:
    """The messages of a page and the token of the next one, empty at the end.

    Args:
        page: What was asked for.
        messages: What the list has from there on, one more than the page's size where there are more.
        positions: Their positions.
    """
    count = fitting(messages[: page.size])
    token = page.token(positions[count - 1]) if count < len(messages) else ""
    return list(messages[:count]), token


def fitting(messages: Iterable[Message], room: int = limits.ANSWER_BYTES) -> int:
    """How many of the messages, in order, an answer has room for; at least one when there are any."""
    count = 0
    for message in messages:
        room -= message.ByteSize()
        if room < 0 and count:
            break
        count += 1
    return count


def _position(token: str, binding: bytes) -> int:
    if not token:
        return 0
    content = unseal(_KIND, token)
    if content is not None and len(content) in (_CONTENT.size, _LONG_CONTENT.size):
        *halves, bound = (_CONTENT if len(content) == _CONTENT.size else _LONG_CONTENT).unpack(content)
        if bound == binding:
            return sum(half << _HALF_BITS * place for place, half in enumerate(reversed(halves)))
    raise InvalidInput((FieldViolation("page_token", "was not given by this call", ErrorReason.PAGE_TOKEN_INVALID),))

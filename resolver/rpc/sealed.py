"""Opaque texts that carry numbers through a caller: base64url of the numbers and a checksum.

The checksum finds damage and mix-ups. It is no secret, because nothing is allowed on the strength of such a text.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b

_CHECKSUM_BYTES = 6
_LONGEST = 200


def seal(kind: bytes, content: bytes) -> str:
    """The opaque text of a content; `kind` tells apart what must not be confused."""
    return urlsafe_b64encode(content + _checksum(kind, content)).rstrip(b"=").decode()


def unseal(kind: bytes, text: str) -> bytes | None:
    """The content of an opaque text, or None for one that is damaged or of another kind."""
    if len(text) > _LONGEST or not text.isascii():
        return None
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    content, checksum = raw[:-_CHECKSUM_BYTES], raw[-_CHECKSUM_BYTES:]
    if checksum != _checksum(kind, content) or seal(kind, content) != text:
        return None
    return content


def _checksum(kind: bytes, content: bytes) -> bytes:
    return blake2b(content, person=kind, digest_size=_CHECKSUM_BYTES).digest()

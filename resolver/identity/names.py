"""Names of identities: a keyed bijection of record numbers, so that a name tells no count and no order.

A balanced Feistel network over 40 bits with a keyed hash as round function (Luby and Rackoff, 1988).
Being a bijection, a name is never given to another record, and any name leads back to its record
without a table.
"""

from __future__ import annotations

from hashlib import blake2b

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PLACES = {character: value for value, character in enumerate(_ALPHABET)}
_LENGTH = 8
_HALF_BITS = 20
_HALF = (1 << _HALF_BITS) - 1
_ROUNDS = 4
_COLLECTION = "identities/"


class IdentityNames:
    """Gives record numbers (0 to 2^40 - 1) their identity names, `identities/` and eight Crockford base-32 digits."""

    def __init__(self, key: bytes) -> None:
        """Takes the store's secret key, up to 64 bytes."""
        self._key = key

    def name(self, number: int) -> str:
        """The identity name of a record number."""
        left, right = number >> _HALF_BITS, number & _HALF
        for turn in range(_ROUNDS):
            left, right = right, left ^ self._round(turn, right)
        value = left << _HALF_BITS | right
        return _COLLECTION + "".join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(_LENGTH)))

    def number(self, name: str) -> int | None:
        """The record number behind an identity name; None for a text that is not such a name."""
        text = name.removeprefix(_COLLECTION)
        if text == name or len(text) != _LENGTH or any(character not in _PLACES for character in text):
            return None
        value = 0
        for character in text:
            value = value << 5 | _PLACES[character]
        left, right = value >> _HALF_BITS, value & _HALF
        for turn in reversed(range(_ROUNDS)):
            left, right = right ^ self._round(turn, left), left
        return left << _HALF_BITS | right

    def _round(self, turn: int, half: int) -> int:
        digest = blake2b(bytes([turn]) + half.to_bytes(3), key=self._key, digest_size=3).digest()
        return int.from_bytes(digest) & _HALF

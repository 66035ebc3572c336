"""Names of identities and numbers of verdicts: keyed digests, so that a name tells no count and no order.

An identity is named after its oldest record, by a digest of that record's name. So a name never changes with what else
is stored: who may see only part of a holding is given the names that it would have without the rest.

Stores of before named identities by a keyed bijection of record numbers: a balanced Feistel network over 40 bits with
a keyed hash as round function (Luby and Rackoff, 1988). Those names stay.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PLACES: Final = {character: value for value, character in enumerate(_ALPHABET)}
_LENGTH: Final = 13
_OF_DIGEST: Final = 1 << 62
"""Set in every handle that is a digest. Of the 62 bits left, ten million records share some in 1 of 92,000 stores."""
_NUMBERED_LENGTH: Final = 8
_HALF_BITS: Final = 20
_HALF: Final = (1 << _HALF_BITS) - 1
_ROUNDS: Final = 4
_COLLECTION: Final = "identities/"
_VERDICT_BITS: Final = 59
"""Fewer than 19 decimal digits."""


class IdentityNames:
    """Gives records the names of the identities that are named after them: `identities/` and Crockford base-32 digits.

    A handle is the number that those digits write: positive, below 2^63.
    """

    def __init__(self, key: bytes, numbered: int = 0) -> None:
        """Takes the store's secret key, up to 64 bytes, and the last record number that is named by its number."""
        self._key = key
        self._numbered = numbered

    def name(self, number: int, record: str) -> str:
        """The identity name of a record with a number and a name."""
        return self.name_of(self.handle(number, record))

    def handle(self, number: int, record: str) -> int:
        """The handle of a record with a number and a name."""
        if 0 < number <= self._numbered:
            return self._permuted(number)
        digest = blake2b(record.encode(), key=self._key, person=b"identity", digest_size=8).digest()
        return int.from_bytes(digest) & (_OF_DIGEST - 1) | _OF_DIGEST

    def stored(self, number: int, handle: int | None) -> str:
        """The identity name of a record in the store, which has no handle for those of before."""
        return self.name_of(self._permuted(number) if handle is None else handle)

    def name_of(self, handle: int) -> str:
        """The name that a handle is written as."""
        length = _LENGTH if handle & _OF_DIGEST else _NUMBERED_LENGTH
        return _COLLECTION + "".join(_ALPHABET[handle >> 5 * place & 31] for place in reversed(range(length)))

    def handle_of(self, name: str) -> int | None:
        """The handle that a name writes; None for a text that is not such a name."""
        text = name.removeprefix(_COLLECTION)
        if text == name or any(character not in _PLACES for character in text):
            return None
        value = 0
        for character in text:
            value = value << 5 | _PLACES[character]
        return value if self.name_of(value) == name else None

    def numbered(self, handle: int) -> int | None:
        """The number of the record that a handle of its number belongs to; None for one that is a digest."""
        if handle & _OF_DIGEST:
            return None
        left, right = handle >> _HALF_BITS, handle & _HALF
        for turn in reversed(range(_ROUNDS)):
            left, right = right ^ self._round(turn, left), left
        number = left << _HALF_BITS | right
        return number if number <= self._numbered else None

    def verdict(self, left: str, right: str, earlier: int, time: datetime) -> int:
        """The number of a verdict that is given at a time on two records, the older first, after `earlier` others."""
        asked = f"{left} {right} {earlier} {time.isoformat()}".encode()
        digest = blake2b(asked, key=self._key, person=b"verdict", digest_size=8).digest()
        return (int.from_bytes(digest) >> 64 - _VERDICT_BITS) + 1

    def staged_source(self, caller: str, earlier: int) -> int:
        """The number of a source that a caller stages after `earlier` others of its own; it tells of nobody else's."""
        asked = f"{earlier} {caller}".encode()
        digest = blake2b(asked, key=self._key, person=b"staged", digest_size=8).digest()
        return (int.from_bytes(digest) >> 64 - _STAGED_BITS) | 1 << _STAGED_BITS

    def _permuted(self, number: int) -> int:
        left, right = number >> _HALF_BITS, number & _HALF
        for turn in range(_ROUNDS):
            left, right = right, left ^ self._round(turn, right)
        return left << _HALF_BITS | right

    def _round(self, turn: int, half: int) -> int:
        digest = blake2b(bytes([turn]) + half.to_bytes(3), key=self._key, digest_size=3).digest()
        return int.from_bytes(digest) & _HALF


_STAGED_BITS: Final = 50
"""A number of staged sources has one more, and so none of those that are counted where there are no callers."""

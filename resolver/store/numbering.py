"""The numbers of records, as names of identities, handles of page tokens, and places in lists stand for them."""

from __future__ import annotations

from typing import Final

from resolver.domain.errors import InvalidInput
from resolver.identity.names import IdentityNames
from resolver.store import queries
from resolver.store.gone import continues_what_is_gone
from resolver.store.reading import Reading
from resolver.store.sight import Sight

NOBODYS: Final = 0
"""The number of no record."""


class Numbering:
    """Looks numbers up, with the queries of a reader."""

    def __init__(self, reading: Reading, names: IdentityNames) -> None:
        self._reading = reading
        self._names = names

    def named(self, identity: str) -> int | None:
        """The number of the record that an identity's name was given after."""
        handle = self._names.handle_of(identity)
        return None if handle is None else self._of_handle(handle)

    def named_within(self, sight: Sight | None, identity: str) -> int | None:
        """The same, and within a sight `NOBODYS` for none: what is not there is looked for as what is hidden is."""
        number = self.named(identity)
        return NOBODYS if number is None and sight is not None else number

    def place(self, handle: int, sight: Sight | None) -> int:
        """The number of the record after which a list goes on; 0 for the beginning.

        Raises:
            InvalidInput: PAGE_TOKEN_INVALID; there is no such record any more.
        """
        number = self._of_handle(handle) if handle else 0
        if number and sight is not None and not sight.sees(*self._guard_of(number)):
            number = None
        if number is None:
            raise InvalidInput((continues_what_is_gone(),))
        return number

    def name_of(self, number: int) -> str:
        """The name of the identity whose oldest record has a number."""
        handles = self._reading.rows(queries.HANDLE_OF_NUMBER, [number, number])
        return self._names.stored(number, handles[0][0])

    def _of_handle(self, handle: int) -> int | None:
        rows = self._reading.rows(queries.NUMBER_OF_HANDLE, [handle, handle])
        return rows[0][0] if rows else self._names.numbered(handle)

    def _guard_of(self, number: int) -> tuple[int, ...]:
        """The guard of a record; none of one that was purged."""
        return tuple(guard for (guard,) in self._reading.rows(queries.GUARD, [number]))

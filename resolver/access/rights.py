"""What one caller may write. Carried with each write into the engine, which alone sees whose a record is now.

What a caller may not write is refused alike whether there is such a record or not, so that the error tells nothing of
what is stored; only within sources of one's own authority does it say that a record is another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from resolver.access.patterns import OwnerPattern, SourcePattern
from resolver.domain.errors import ErrorReason, PermissionDenied
from resolver.domain.owner import Owner
from resolver.domain.record import source_of

Sources = Mapping[Owner, tuple[SourcePattern, ...]]
"""The sources that belong to each owner."""


@dataclass(frozen=True, slots=True)
class WriteRights:
    """The rights of a caller, named `caller`, that writes for `own` and for those of `delegated`."""

    caller: str
    own: Owner
    delegated: tuple[OwnerPattern, ...] = ()
    sources: Sources = field(default_factory=dict)

    def writes_for(self, owner: Owner) -> bool:
        """Whether the caller may write what is an owner's."""
        return owner == self.own or any(pattern.matches(owner) for pattern in self.delegated)

    def check_record(self, name: str, owner: Owner, before: Owner | None, *, stated: bool) -> None:
        """Checks a new record or version.

        Args:
            name: The record's.
            owner: Whose it is to be.
            before: Whose it is now; None for a new one.
            stated: Whether the sender said whose it is to be.

        Raises:
            PermissionDenied: SOURCE_NOT_GRANTED or OWNER_MISMATCH.
        """
        if not self.writes_for(owner):
            raise PermissionDenied(ErrorReason.OWNER_MISMATCH, f"record.owner of {name} is not who sends it")
        already = before is not None and self.writes_for(before)
        if not already and not self._is_source_of((owner, self.own), name):
            raise self._no_source(name)
        # Who writes for others could take a record over by saying nothing.
        if before is not None and before != owner and not (already and stated):
            raise self._another_owner(name)

    def check_withdrawal(self, name: str, before: Owner | None) -> None:
        """Checks a withdrawal of a record of `before`, None for one that is not there. Raises as above."""
        if before is not None and self.writes_for(before):
            return
        if not self._is_source_of(filter(self.writes_for, self.sources), name):
            raise self._no_source(name)
        if before is not None:
            raise self._another_owner(name)

    def check_statement(self, owners: Iterable[Owner]) -> None:
        """Checks a verdict that is the word of one of the owners of its records.

        Raises:
            PermissionDenied: OWNER_MISMATCH.
        """
        if not any(self.writes_for(owner) for owner in owners):
            message = "a verdict by OWNER_STATEMENT is for the owner of one of its records"
            raise PermissionDenied(ErrorReason.OWNER_MISMATCH, message)

    def _is_source_of(self, owners: Iterable[Owner], name: str) -> bool:
        """Whether the source of a record belongs to one of some owners."""
        key = source_of(name).removeprefix("sources/")
        return any(pattern.matches(key) for owner in owners for pattern in self.sources.get(owner, ()))

    def _no_source(self, name: str) -> PermissionDenied:
        return PermissionDenied(ErrorReason.SOURCE_NOT_GRANTED, f"{source_of(name)} is not yours to write in")

    def _another_owner(self, name: str) -> PermissionDenied:
        return PermissionDenied(ErrorReason.OWNER_MISMATCH, f"record {name} is another owner's")

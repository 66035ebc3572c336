"""The rules of an access file: what each caller may ask for, why, and for whom it may write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from resolver.access.methods import METHODS, Needed
from resolver.access.patterns import CallerPattern, OwnerPattern
from resolver.access.rights import Sources, WriteRights
from resolver.access.roles import Role
from resolver.domain.caller import Caller
from resolver.domain.errors import ErrorReason, PermissionDenied
from resolver.domain.owner import Owner


@dataclass(frozen=True, slots=True)
class Grant:
    """Roles that callers have, for these purposes and no others; with `methods`, of their methods only these."""

    callers: CallerPattern
    roles: frozenset[Role]
    purposes: frozenset[str]
    methods: frozenset[str] = frozenset()

    def allows(self, method: str, enough: frozenset[Role]) -> bool:
        """Whether it lets a method be called for which any one of these roles is enough."""
        return bool(self.roles & enough) and (not self.methods or method in self.methods)


@dataclass(frozen=True, slots=True)
class Delegation:
    """Owners for whom callers may write, besides their own."""

    callers: CallerPattern
    owners: tuple[OwnerPattern, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """The rules; without any, everything is denied. No source is of two owners."""

    grants: tuple[Grant, ...] = ()
    sources: Sources = field(default_factory=dict)
    delegations: tuple[Delegation, ...] = ()

    def admit(
        self,
        caller: Caller,
        purpose: str,
        method: str,
        *,
        dry_run: bool = False,
        methods: Mapping[str, Needed] = METHODS,
    ) -> None:
        """Lets a call of a method, by its full name, pass.

        One grant must have both a role that the method needs and the purpose.

        Raises:
            PermissionDenied: ROLE_REQUIRED, or PURPOSE_NOT_GRANTED where only that is missing.
        """
        enough = methods.get(method, Needed(frozenset())).roles_for(dry_run=dry_run)
        able = [grant for grant in self.grants if grant.allows(method, enough) and grant.callers.matches(caller)]
        if not able:
            names = ", ".join(sorted(role.name for role in enough)) or "that nobody has"
            raise PermissionDenied(ErrorReason.ROLE_REQUIRED, f"this call needs a role: {names}")
        if not any(purpose in grant.purposes for grant in able):
            raise PermissionDenied(ErrorReason.PURPOSE_NOT_GRANTED, f"this call is not granted for {purpose}")

    def bears(self, caller: Caller, role: Role, purpose: str, method: str) -> bool:
        """Whether a caller may call a method for a purpose as one that has this role."""
        return any(
            grant.allows(method, frozenset({role})) and purpose in grant.purposes and grant.callers.matches(caller)
            for grant in self.grants
        )

    def rights_of(self, caller: Caller) -> WriteRights:
        """What a caller may write, once a call is admitted."""
        given = (each.owners for each in self.delegations if each.callers.matches(caller))
        delegated = tuple(owner for owners in given for owner in owners)
        return WriteRights(caller.name, Owner(caller.country, caller.authority), delegated, self.sources)

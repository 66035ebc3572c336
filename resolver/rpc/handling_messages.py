"""Whom a record is kept from, from the contract to the domain."""

from __future__ import annotations

from ftf.resolution.v1 import record_pb2
from resolver.domain.handling import Guard, Restrictions, guard_of
from resolver.domain.owner import Owner


def restrictions_of(message: record_pb2.Record) -> Restrictions:
    """Whom the owner of a valid record allows and denies it."""
    handling = message.handling
    return Restrictions(
        allowed_countries=frozenset(handling.allowed_countries),
        denied_countries=frozenset(handling.denied_countries),
        allowed_authorities=frozenset(handling.allowed_authorities),
        denied_authorities=frozenset(handling.denied_authorities),
        allowed_purposes=frozenset(handling.allowed_purposes),
        denied_purposes=frozenset(handling.denied_purposes),
    )


def guard_in(payload: bytes) -> Guard | None:
    """What stands before a record as it is stored."""
    message = record_pb2.Record.FromString(payload)
    return guard_of(Owner(message.owner.country, message.owner.authority), restrictions_of(message))

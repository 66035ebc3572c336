"""Whom a record is kept from, and how it is marked, between the contract and the domain."""

from __future__ import annotations

from ftf.resolution.v1 import record_pb2
from resolver.domain.handling import Restrictions, guard_of
from resolver.domain.marking import Marked, Marking
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


def marking_of(message: record_pb2.Record) -> Marking:
    """What the owner of a valid record states for people to go by."""
    handling, evaluation = message.handling, message.evaluation
    return Marking(
        handling.classification,
        tuple(handling.codes),
        evaluation.scheme,
        evaluation.source_code,
        evaluation.information_code,
    )


def handling_in(payload: bytes) -> Marked:
    """What stands before a record as it is stored, and its marking."""
    return handling_of(record_pb2.Record.FromString(payload))


def handling_of(message: record_pb2.Record) -> Marked:
    """The same of a valid record that says whose it is."""
    guard = guard_of(Owner(message.owner.country, message.owner.authority), restrictions_of(message))
    return Marked(guard, marking_of(message))

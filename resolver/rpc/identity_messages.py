"""Identities as messages."""

from __future__ import annotations

from ftf.resolution.v1 import identity_service_pb2
from resolver.rpc.marking_messages import mark
from resolver.rpc.moments import timestamp
from resolver.rpc.view import View
from resolver.store.views import StoredIdentity


def identity_to_message(identity: StoredIdentity, view: View) -> identity_service_pb2.Identity:
    """An identity and its records, with their markings."""
    message = identity_service_pb2.Identity(
        name=identity.name,
        records=identity.records,
        create_time=timestamp(identity.create_time),
        update_time=timestamp(identity.update_time),
        etag=view.etag(identity.revision),
    )
    mark(message.record_markings, identity.records, view)
    return message

"""Requests that may be repeated: their keys, and digests that tell a repeat from another request."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final, Protocol

from google.protobuf.message import Message

from resolver.rpc.violations import Violations

_UUID: Final = re.compile("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


class Repeatable(Protocol):
    """A message with a `request_id` that may be a dry run."""

    @property
    def request_id(self) -> str:
        """A UUID, or empty."""

    @property
    def validate_only(self) -> bool:
        """Whether nothing is to be stored."""


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID in its usual form."""
    return _UUID.fullmatch(text) is not None


def check_request_id(violations: Violations, request_id: str) -> None:
    """Notes a request id that is no UUID."""
    if request_id and not is_uuid(request_id):
        violations.add("request_id", "must be a UUID")


def request_key_of(request: Repeatable) -> str:
    """The key under which the first answer is kept; empty where none is."""
    # A dry run stores nothing, so it has no first answer to return.
    return "" if request.validate_only else request_key(request.request_id)


def request_key(request_id: str) -> str:
    """The key of a request id; empty for an empty one."""
    return f"r:{request_id.lower()}" if request_id else ""


def digest_of(request: Message) -> bytes:
    """A digest of the request without its id."""
    copy = type(request)()
    copy.CopyFrom(request)
    copy.ClearField("request_id")
    return sha256(copy.DESCRIPTOR.full_name.encode() + copy.SerializeToString(deterministic=True)).digest()

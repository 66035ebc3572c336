"""A record that is sent to be stored, or to correct what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from resolver.domain.record import Record
from resolver.store.content import Prepared


@dataclass(frozen=True, slots=True)
class Submission:
    """Stores or corrects a record.

    `payload` is the message as sent, opaque to the engine; an empty `etag` matches any version. `prepared` is what was
    made ready before the writer's turn, so that it is not waited for. `owner_stated`: the sender said whose the record
    is, and it was not added for the sender.
    """

    record: Record
    payload: bytes
    etag: str = ""
    prepared: Prepared | None = None
    owner_stated: bool = True

    @property
    def name(self) -> str:
        """The record's name."""
        return self.record.name

    @property
    def digest(self) -> bytes:
        """By which a record that is sent again as it is can be told."""
        return sha256(self.payload).digest()

"""Moments between the contract and the domain, where they are UTC without zone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from google.protobuf.timestamp_pb2 import Timestamp

from resolver.domain.errors import FieldViolation, InvalidInput


class AsOf(Protocol):
    """A request with an `as_of_time`."""

    @property
    def as_of_time(self) -> Timestamp:
        """The moment."""

    def HasField(self, field_name: Literal["as_of_time"], /) -> bool:
        """Whether a field is set."""


def moment_of(request: AsOf) -> datetime | None:
    """The moment, UTC without zone; None for now. Raises InvalidInput for one that is no time."""
    if not request.HasField("as_of_time"):
        return None
    try:
        return request.as_of_time.ToDatetime()
    except (ValueError, OverflowError):
        raise InvalidInput((FieldViolation("as_of_time", "is not a time"),)) from None


def timestamp(moment: datetime) -> Timestamp:
    """A time, UTC without zone, as a message."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message

"""The rules of a stream's messages: one stream a call, sequences without gaps, few enough records in flight."""

from __future__ import annotations

import asyncio

from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput, Overloaded
from resolver.rpc import limits
from resolver.rpc.repeatable import is_uuid


class StreamOrder:
    """Follows the messages of one call."""

    def __init__(self) -> None:
        self.stream_id = ""
        self._sequence = 0

    def accept(self, request: pb.ResolveRecordsRequest) -> None:
        """Takes the next message. One that is sent again right away is left to the engine, which knows its content.

        Raises:
            InvalidInput: it does not follow, is of another stream, or has no records or too many.
        """
        self._check_stream(request.stream_id)
        sequence, count = request.sequence, len(request.records)
        if sequence < 1:
            raise _invalid("sequence", "must be at least 1")
        if self._sequence and sequence not in (self._sequence, self._sequence + 1):
            fault = f"{sequence} does not follow {self._sequence}"
            raise _invalid("sequence", fault, ErrorReason.SEQUENCE_OUT_OF_ORDER)
        if not count:
            raise _invalid("records", "must not be empty")
        if count > limits.BATCH_RECORDS:
            fault = f"has {count:,} entries, at most {limits.BATCH_RECORDS:,} are allowed"
            raise _invalid("records", fault, ErrorReason.LIMIT_EXCEEDED)
        self._sequence = sequence

    def _check_stream(self, stream_id: str) -> None:
        if not self.stream_id:
            if not is_uuid(stream_id):
                raise _invalid("stream_id", "must be a UUID in the first message")
            self.stream_id = stream_id
        elif stream_id not in ("", self.stream_id):
            raise _invalid("stream_id", "must be empty or that of the first message")


class Window:
    """What a stream has in flight, in records and in bytes."""

    def __init__(self, credit: int, most_bytes: int) -> None:
        self._credit = credit
        self._most_bytes = most_bytes
        self._records = 0
        self._bytes = 0
        self._released = asyncio.Condition()

    def take(self, records: int, size: int) -> None:
        """Counts a message that arrived.

        Raises:
            Overloaded: CREDIT_EXCEEDED, when the client sent more than its credit.
        """
        self._records += records
        self._bytes += size
        if self._records > self._credit:
            fault = f"{self._records} records were sent with a credit of {self._credit}"
            raise Overloaded(ErrorReason.CREDIT_EXCEEDED, fault)

    async def release(self, records: int, size: int) -> None:
        """Counts a message as acknowledged; to be called before that leaves, since it allows the client more."""
        async with self._released:
            self._records -= records
            self._bytes -= size
            self._released.notify_all()

    async def room(self) -> None:
        """Waits until there is room for the bytes of another message, so that large ones do not pile up."""
        async with self._released:
            await self._released.wait_for(lambda: self._bytes < self._most_bytes)


def _invalid(field: str, description: str, reason: ErrorReason = ErrorReason.FIELD_INVALID) -> InvalidInput:
    return InvalidInput((FieldViolation(field, description, reason),))

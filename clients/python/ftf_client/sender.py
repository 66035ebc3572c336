"""Sends batches through `ResolveRecords`: within the credit, several in flight, again after a broken connection."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

import grpc

from ftf.resolution.v1.record_pb2 import Record
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordsRequest, ResolveRecordsResult
from ftf_client.client import Client
from ftf_client.credit import Credit
from ftf_client.errors import Internal, ServiceError
from ftf_client.persistence import Attempts

MAXIMUM_BYTES: Final = 3 << 20
"""The records of one message: it must stay under the 4 MiB that the service takes; the rest is room for its frame."""


class Sendable(Protocol):
    """What one message of a stream is made of."""

    @property
    def sequence(self) -> int:
        """Its place in the stream, from 1, without gaps."""
        ...

    @property
    def records(self) -> Sequence[Record]:
        """At least one."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """Records and their place in the stream."""

    sequence: int
    records: tuple[Record, ...]


_B = TypeVar("_B", bound=Sendable)


def batched(records: Iterable[Record], size: int = 250, first_sequence: int = 1) -> Iterator[Batch]:
    """The records in batches of at most `size` and `MAXIMUM_BYTES`. The same records always give the same batches."""
    sequence, weight = first_sequence, 0
    batch: list[Record] = []
    for record in records:
        size_of_record = record.ByteSize()
        if batch and (len(batch) == size or weight + size_of_record > MAXIMUM_BYTES):
            yield Batch(sequence, tuple(batch))
            sequence, weight, batch = sequence + 1, 0, []
        batch.append(record)
        weight += size_of_record
    if batch:
        yield Batch(sequence, tuple(batch))


class RecordSender(Generic[_B]):
    """One stream of batches, over as many calls as it takes."""

    def __init__(self, client: Client, stream_id: str, batches: Iterator[_B]) -> None:
        """`stream_id`: a UUID; with the same batches under it, a stream may be sent again and nothing is doubled."""
        self._client = client
        self._stream_id = stream_id
        self._batches = batches
        self._attempts = Attempts(client.persistence)
        self._lock = threading.Lock()
        self._sent: deque[_B] = deque()
        self._failure: Exception | None = None

    def acknowledged(self) -> Iterator[tuple[_B, Sequence[ResolveRecordsResult]]]:
        """Each batch with one result for each of its records, in order, once it is durable.

        Raises:
            ServiceError: the service refuses, says nothing at all, or stays away for longer than the client's
                persistence allows. What was acknowledged is stored; the stream may be sent on from the next batch.
            BatchTooLarge: a batch has more records than the service takes at once.
        """
        while True:
            try:
                yield from self._one_call()
                return
            except ServiceError as error:
                self._attempts.wait(error)

    def _one_call(self) -> Iterator[tuple[_B, Sequence[ResolveRecordsResult]]]:
        credit = Credit()
        call = self._client.resolution.ResolveRecords(self._requests(credit))
        try:
            for response in call:
                self._attempts.heard()
                if response.sequence == 0:
                    credit.grant(response.credit, 0)
                    continue
                batch = self._due(response.sequence, len(response.results))
                credit.grant(response.credit, len(batch.records))
                yield batch, response.results
        except ServiceError:
            # A stream that the caller's own side broke off may end in any way.
            if self._failure is None:
                raise
        finally:
            credit.close()
            call.cancel()
        if self._failure:
            raise self._failure
        if self._sent:
            raise Internal(grpc.StatusCode.INTERNAL, "the service ended the stream before it had acknowledged all")

    def _due(self, sequence: int, results: int) -> _B:
        """Takes the batch whose acknowledgement is due off those that were sent."""
        if not self._sent or (self._sent[0].sequence, len(self._sent[0].records)) != (sequence, results):
            raise Internal(grpc.StatusCode.INTERNAL, "the service acknowledged another message than the one due")
        return self._sent.popleft()

    def _requests(self, credit: Credit) -> Iterator[ResolveRecordsRequest]:
        """The messages of one call, from the first that is not acknowledged; runs in gRPC's own thread."""
        place = 0
        try:
            while batch := self._take(credit, place):
                if not credit.take(len(batch.records)):
                    return
                place = batch.sequence
                yield ResolveRecordsRequest(stream_id=self._stream_id, sequence=batch.sequence, records=batch.records)
        except Exception as error:  # noqa: BLE001 - gRPC would swallow it; the reader of answers raises it
            self._failure = error

    def _take(self, credit: Credit, after: int) -> _B | None:
        """The batch after that sequence: one sent in an earlier call, or a new one."""
        # A broken call's thread may still be here while the next call begins: one of them takes, in its turn.
        with self._lock:
            if credit.closed:
                return None
            for batch in tuple(self._sent):
                if batch.sequence > after:
                    return batch
            fresh = next(self._batches, None)
            if fresh is not None:
                self._sent.append(fresh)
            return fresh

"""Sends batches through `ResolveRecords`: within the credit, several in flight, again after a broken connection."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence

import grpc
from grpc_status import rpc_status

from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordsRequest, ResolveRecordsResult
from resolver.cli.batches import Batch
from resolver.cli.connection import Connection, ServiceFailed, in_words, reason_of

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 10.0
_TRANSIENT = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
Acknowledged = tuple[Batch, Sequence[ResolveRecordsResult]]


class _Gate:
    """How many records one call may have in flight. Closed, it lets nobody wait any longer."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._credit: int | None = None
        self._in_flight = 0
        self.closed = False

    def credit(self, credit: int, acknowledged: int) -> None:
        """Takes the server's word, given with the acknowledgement of that many records."""
        with self._changed:
            self._credit, self._in_flight = credit, self._in_flight - acknowledged
            self._changed.notify_all()

    def enter(self, records: int) -> bool:
        """Waits until so many more may fly; False when closed, `ServiceFailed` when they never may."""
        with self._changed:
            while not self.closed:
                if self._credit is not None and self._in_flight + records <= self._credit:
                    self._in_flight += records
                    return True
                if self._credit is not None and not self._in_flight:
                    raise ServiceFailed(
                        f"The service takes {self._credit} records at once, a message has {records}: "
                        f"set --batch-size {self._credit} or less."
                    )
                self._changed.wait()
            return False

    def close(self) -> None:
        """Ends all waiting."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()


class RecordStream:
    """One stream of batches, over as many calls as it takes."""

    def __init__(self, connection: Connection, stream_id: str, batches: Iterator[Batch], patience: float) -> None:
        """`patience`: for how many seconds without an acknowledgement a lost service is looked for."""
        self._connection = connection
        self._stream_id = stream_id
        self._batches = batches
        self._patience = patience
        self._lock = threading.Lock()
        self._sent: deque[Batch] = deque()
        self._failure: Exception | None = None
        self._connected = False
        self._last_word = time.monotonic()

    def acknowledged(self) -> Iterator[Acknowledged]:
        """Each batch with its results, in order, once it is durable; raises `ServiceFailed` in words."""
        pause = _FIRST_PAUSE
        while True:
            heard = self._last_word
            try:
                yield from self._one_call()
                return
            except grpc.RpcError as error:
                if not self._connected or not _may_pass(error):
                    raise ServiceFailed(in_words(error, self._connection.address)) from None
                if time.monotonic() - self._last_word > self._patience:
                    raise ServiceFailed(
                        f"The connection was lost and did not come back within {self._patience:g} seconds. "
                        "Run the same command again to continue."
                    ) from None
            pause = _FIRST_PAUSE if self._last_word != heard else min(2 * pause, _LONGEST_PAUSE)
            time.sleep(pause)

    def _one_call(self) -> Iterator[Acknowledged]:
        gate = _Gate()
        call = self._connection.resolution.ResolveRecords(self._requests(gate), metadata=self._connection.metadata)
        try:
            for response in call:
                self._connected, self._last_word = True, time.monotonic()
                if response.sequence == 0:
                    gate.credit(response.credit, 0)
                    continue
                batch = self._sent.popleft()
                if (batch.sequence, len(batch.records)) != (response.sequence, len(response.results)):
                    raise ServiceFailed("The service acknowledged another message than the one that was due.")
                gate.credit(response.credit, len(batch.records))
                yield batch, response.results
        finally:
            gate.close()
            call.cancel()
        if self._failure:
            raise self._failure
        if self._sent and self._sent[0].records:
            raise ServiceFailed("The service ended the stream before it had acknowledged everything.")
        for tail in self._sent:
            yield tail, ()

    def _requests(self, gate: _Gate) -> Iterator[ResolveRecordsRequest]:
        """The messages of one call, from the first that is not acknowledged; runs in gRPC's own thread."""
        place = 0
        try:
            while batch := self._take(gate, place):
                if not batch.records or not gate.enter(len(batch.records)):
                    return
                place = batch.sequence
                yield ResolveRecordsRequest(stream_id=self._stream_id, sequence=batch.sequence, records=batch.records)
        except Exception as error:  # noqa: BLE001 - gRPC would swallow it; the reader of answers raises it
            self._failure = error

    def _take(self, gate: _Gate, after: int) -> Batch | None:
        """The batch after that sequence: one sent in an earlier call, or a new one."""
        # A broken call's thread may still be here while the next call begins: one of them takes, in its turn.
        with self._lock:
            if gate.closed:
                return None
            for batch in tuple(self._sent):
                if batch.sequence > after:
                    return batch
            fresh = next(self._batches, None)
            if fresh:
                self._sent.append(fresh)
            return fresh


def _may_pass(error: grpc.RpcError) -> bool:
    """Whether the same call may succeed later: the service was away, or full."""
    if not isinstance(error, grpc.Call):
        return False
    status = rpc_status.from_call(error)
    return error.code() in _TRANSIENT or (status is not None and reason_of(status) == "OVERLOADED")

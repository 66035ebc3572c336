"""The clients of a soak, good and bad. Each method is one thing that one of them does."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from random import Random
from typing import cast

import grpc

from benchmarks.soak.account import Account
from benchmarks.soak.cutting_proxy import CuttingProxy
from ftf.resolution.v1 import (
    decision_pb2,
    decision_service_pb2,
    decision_service_pb2_grpc,
    record_pb2,
    record_service_pb2,
    record_service_pb2_grpc,
    verdict_service_pb2,
    verdict_service_pb2_grpc,
)
from ftf.resolution.v1 import resolution_service_pb2 as pb
from ftf.resolution.v1 import resolution_service_pb2_grpc as pb_grpc
from resolver.rpc.limits import STREAM_PART

METADATA = (("x-purpose", "data-quality"), ("x-case-reference", "soak"))
PATIENCE = 120.0
"""Seconds after which a call that should succeed is a fault."""
MESSAGE_RECORDS = 20
KNOWN = 500
"""Records that are remembered, to be sent again."""
BURST_CALLS = 300
BURST_RECORDS = 10
_SERVICE = "/ftf.resolution.v1.ResolutionService"


class Clients:
    """What they do is drawn from a seed; which of it the server gets to first is not."""

    def __init__(self, address: str, records: Iterator[record_pb2.Record], account: Account) -> None:
        self._address = address
        self._new = records
        self._known: deque[record_pb2.Record] = deque(maxlen=KNOWN)
        self._all_are_known = False
        self._account = account
        self._channel = grpc.aio.insecure_channel(address)
        self._resolution = pb_grpc.ResolutionServiceStub(self._channel)
        self._cursor = ""
        self._fed: list[str] = []

    def send_nothing_new(self) -> None:
        """From now on every record that is sent is one that was acknowledged before: the store grows no more."""
        self._all_are_known = True

    async def close(self) -> None:
        """Closes the channel."""
        await self._channel.close()

    async def stream(self, chance: Random) -> None:
        """Sends messages in a stream, now and then with a malformed record among the good ones."""
        messages = [self._message(n, chance) for n in range(1, chance.randrange(2, 8))]
        stream_id = str(uuid.UUID(int=chance.getrandbits(128)))
        messages[0].stream_id = stream_id
        begun = time.monotonic()
        try:
            call = self._resolution.ResolveRecords(iter(messages), metadata=METADATA, timeout=PATIENCE)
            async for response in call:
                if response.sequence:
                    self._check_results(messages[response.sequence - 1], response)
        except grpc.RpcError as error:
            self._account.failed("stream", error)
        else:
            self._account.succeeded("stream", time.monotonic() - begun)

    async def single(self, chance: Random) -> None:
        """Stores one record, and now and then repeats the request, which gets the first answer."""
        request = pb.ResolveRecordRequest(record=self._next(), request_id=str(uuid.UUID(int=chance.getrandbits(128))))
        first = await self._resolve("single", request)
        if first is not None and chance.random() < 0.3:
            again = await self._resolve("repeat", request)
            if again is not None and again != first:
                self._account.faults.append("a repeated request got another answer")

    async def read(self, chance: Random) -> None:
        """Reads a record that was acknowledged."""
        name = self._acknowledged(chance)
        if name is None:
            return
        stub = record_service_pb2_grpc.RecordServiceStub(self._channel)
        begun = time.monotonic()
        try:
            await stub.GetRecord(record_service_pb2.GetRecordRequest(name=name), metadata=METADATA, timeout=PATIENCE)
        except grpc.RpcError as error:
            self._account.failed("read", error)
        else:
            self._account.succeeded("read", time.monotonic() - begun)

    async def dry_run(self, _: Random) -> None:
        """Asks about a record without storing it."""
        request = pb.ResolveRecordRequest(record=_renamed(self._next(), "dry"), validate_only=True)
        await self._resolve("dry run", request, stored=False)

    async def malformed(self, chance: Random) -> None:
        """Sends what is no valid request, or no message at all."""
        record = _broken(self._next(), chance)
        request = pb.ResolveRecordRequest(record=record).SerializeToString()
        if chance.random() < 0.2:
            request = chance.randbytes(200)
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = self._channel.unary_unary(f"{_SERVICE}/ResolveRecord")
        try:
            await call(request, metadata=METADATA, timeout=PATIENCE)
        except grpc.RpcError as error:
            self._account.failed("malformed", error)
        else:
            self._account.faults.append("a malformed request was accepted")

    async def vanishing(self, chance: Random) -> None:
        """Sends messages in a stream and is gone: its connection breaks before, while or after it is answered."""
        proxy = CuttingProxy(self._address)
        address = await proxy.start()
        messages = [self._message(n, chance, flawed=False) for n in range(1, 6)]
        messages[0].stream_id = str(uuid.UUID(int=chance.getrandbits(128)))
        for message in messages:
            names = [record.name for record in message.records]
            self._account.whole += [tuple(names[at : at + STREAM_PART]) for at in range(0, len(names), STREAM_PART)]
        async with grpc.aio.insecure_channel(address) as channel:
            stub = pb_grpc.ResolutionServiceStub(channel)
            call = stub.ResolveRecords(metadata=METADATA, timeout=PATIENCE)
            sending = asyncio.create_task(_send(call, messages))
            await asyncio.sleep(chance.uniform(0.02, 0.5))
            await proxy.cut()
            await sending
            code = await call.code()
        self._account.ended("vanishing", code.name)

    async def cancelled(self, chance: Random) -> None:
        """Asks for a record to be stored, and takes the call back."""
        record = self._next()
        self._account.whole.append((record.name,))
        call = self._resolution.ResolveRecord(pb.ResolveRecordRequest(record=record), metadata=METADATA)
        await asyncio.sleep(chance.uniform(0, 0.1))
        call.cancel()
        code = await call.code()
        self._account.ended("cancelled", code.name)

    async def expired(self, chance: Random) -> None:
        """Asks for a record to be stored in less time than that takes."""
        record = self._next()
        self._account.whole.append((record.name,))
        request = pb.ResolveRecordRequest(record=record)
        try:
            await self._resolution.ResolveRecord(request, metadata=METADATA, timeout=chance.uniform(0.001, 0.04))
        except grpc.RpcError as error:
            self._account.failed("expired", error)
        else:
            self._account.succeeded("expired", 0.0)

    async def slow_feed(self, chance: Random) -> None:
        """Reads a part of the feed, slower than it grows at times, and leaves in the middle."""
        stub = decision_service_pb2_grpc.DecisionServiceStub(self._channel)
        request = decision_service_pb2.WatchDecisionsRequest(cursor=self._cursor)
        call = stub.WatchDecisions(request, metadata=METADATA)
        try:
            for _ in range(chance.randrange(1, 200)):
                told = await asyncio.wait_for(call.read(), timeout=PATIENCE)
                # An object for the stubs, as a feed may end; this one goes on until it is cancelled.
                response = cast(decision_service_pb2.WatchDecisionsResponse, told)
                self._cursor = response.cursor
                if not response.HasField("decision"):
                    # A heartbeat: there is nothing more for now.
                    break
                self._fed.append(response.decision.record)
                if chance.random() < 0.05:
                    await asyncio.sleep(chance.uniform(0.05, 0.5))
        except grpc.RpcError as error:
            self._account.failed("slow feed", error)
        else:
            self._account.succeeded("slow feed", 0.0)
        finally:
            call.cancel()

    @property
    def fed(self) -> Sequence[str]:
        """Records of the decisions that the slow reader got, in their order."""
        return self._fed

    async def judgement(self, chance: Random) -> None:
        """Gives a verdict on two records, and takes it back."""
        one, other = self._acknowledged(chance), self._acknowledged(chance)
        if one is None or other is None or one == other:
            return
        verdict = verdict_service_pb2.Verdict(
            left=one,
            right=other,
            kind=verdict_service_pb2.VERDICT_KIND_DIFFERENT,
            basis=verdict_service_pb2.VERDICT_BASIS_EXAMINER,
            justification=verdict_service_pb2.JUSTIFICATION_JUSTIFIED,
            reason="made up",
            examiner="soak",
        )
        stub = verdict_service_pb2_grpc.VerdictServiceStub(self._channel)
        begun = time.monotonic()
        try:
            request = verdict_service_pb2.CreateVerdictRequest(verdict=verdict)
            receipt = await stub.CreateVerdict(request, metadata=METADATA, timeout=PATIENCE)
            name = receipt.verdicts[0].name
            back = verdict_service_pb2.WithdrawVerdictRequest(name=name, examiner="soak", reason="made up")
            await stub.WithdrawVerdict(back, metadata=METADATA, timeout=PATIENCE)
        except grpc.RpcError as error:
            self._account.failed("judgement", error)
        else:
            self._account.succeeded("judgement", time.monotonic() - begun)

    async def burst(self, _: Random) -> None:
        """Asks for far more at once than may wait."""
        # A known record may come twice, and a batch takes each name once.
        records = [_renamed(self._next(), f"burst-{place}") for place in range(BURST_RECORDS)]
        requests = [pb.ResolveRecordRequest(record=record) for record in records]
        request = pb.BatchResolveRecordsRequest(requests=requests, validate_only=True)

        async def ask() -> None:
            begun = time.monotonic()
            try:
                await self._resolution.BatchResolveRecords(request, metadata=METADATA, timeout=PATIENCE)
            except grpc.RpcError as error:
                self._account.failed("burst", error)
            else:
                self._account.succeeded("burst", time.monotonic() - begun)

        await asyncio.gather(*(ask() for _ in range(BURST_CALLS)))

    async def _resolve(
        self, kind: str, request: pb.ResolveRecordRequest, stored: bool = True
    ) -> decision_pb2.Decision | None:
        begun = time.monotonic()
        try:
            decision = await self._resolution.ResolveRecord(request, metadata=METADATA, timeout=PATIENCE)
        except grpc.RpcError as error:
            self._account.failed(kind, error)
            return None
        self._account.succeeded(kind, time.monotonic() - begun)
        if stored:
            self._account.acknowledged[decision.record] = decision.identity
            self._know(request.record)
        return decision

    def _know(self, record: record_pb2.Record) -> None:
        if not self._all_are_known:
            self._known.append(record)

    def _next(self) -> record_pb2.Record:
        if not self._all_are_known:
            return next(self._new)
        self._known.rotate(1)
        record = record_pb2.Record()
        record.CopyFrom(self._known[0])
        return record

    def _acknowledged(self, chance: Random) -> str | None:
        names = self._account.acknowledged
        if not names:
            return None
        # The names are many and a dictionary has no places: any of the last few hundred will do.
        some = [name for name, _ in zip(reversed(names), range(500), strict=False)]
        return chance.choice(some)

    def _message(self, sequence: int, chance: Random, flawed: bool = True) -> pb.ResolveRecordsRequest:
        records = [self._next() for _ in range(MESSAGE_RECORDS)]
        if flawed and chance.random() < 0.2:
            records[chance.randrange(MESSAGE_RECORDS)] = _broken(self._next(), chance)
        return pb.ResolveRecordsRequest(sequence=sequence, records=records)

    def _check_results(self, message: pb.ResolveRecordsRequest, response: pb.ResolveRecordsResponse) -> None:
        if len(response.results) != len(message.records):
            self._account.faults.append("a message got another number of results than it has records")
        for record, result in zip(message.records, response.results, strict=False):
            good = "MALFORMED" not in record.owner.country
            if result.HasField("decision") != good:
                self._account.faults.append("a record of a stream got the wrong kind of result")
            if result.HasField("decision"):
                self._account.acknowledged[result.decision.record] = result.decision.identity
                self._know(record)


def _renamed(record: record_pb2.Record, suffix: str) -> record_pb2.Record:
    record.name = f"{record.name}-{suffix}"
    return record


def _broken(record: record_pb2.Record, chance: Random) -> record_pb2.Record:
    record.owner.country = "MALFORMED"
    if chance.random() < 0.5:
        del record.identities[:]
    if chance.random() < 0.3:
        record.name = "no name of a record"
    return record


async def _send(
    call: grpc.aio.StreamStreamCall[pb.ResolveRecordsRequest, pb.ResolveRecordsResponse],
    messages: Sequence[pb.ResolveRecordsRequest],
) -> None:
    with suppress(grpc.RpcError, asyncio.InvalidStateError):
        for message in messages:
            await call.write(message)

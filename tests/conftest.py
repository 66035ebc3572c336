"""What many tests share: made-up records, and a real server over the real engine on free loopback ports."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
import uvloop
from google.longrunning import operations_pb2_grpc
from google.protobuf import json_format

from ftf.resolution.v1 import (
    consumer_service_pb2_grpc,
    decision_service_pb2_grpc,
    explanation_service_pb2_grpc,
    identity_service_pb2_grpc,
    model_service_pb2_grpc,
    record_pb2,
    record_service_pb2_grpc,
    reresolution_service_pb2_grpc,
    resolution_service_pb2_grpc,
    review_service_pb2_grpc,
    verdict_service_pb2_grpc,
)
from resolver.access.live import LiveAccess
from resolver.domain.errors import ErrorReason, NotFound
from resolver.domain.record import Record
from resolver.engine.asked.writes import Write
from resolver.engine.engine import Engine, open_engine
from resolver.jobs.operations import Handler
from resolver.rpc.calls import CallWatcher
from resolver.rpc.certificates import Certificates
from resolver.rpc.convert import record_to_domain
from resolver.rpc.model_handlers import NO_FOLDERS, ModelFolders
from resolver.rpc.server import Server, start_server
from resolver.synthetic import generate_records

PURPOSE = (("x-purpose", "identify"), ("x-case-reference", "case 2026/17"))
CORPUS_RECORDS = 1_200
HEARTBEAT = 0.2
"""Seconds; short, so that a test of the heartbeat does not wait long."""


@dataclass(frozen=True)
class _Details(grpc.ClientCallDetails):
    method: str
    timeout: float | None
    metadata: Any
    credentials: Any
    wait_for_ready: bool | None
    compression: Any


class _WithPurpose(
    grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor, grpc.StreamStreamClientInterceptor
):
    """Adds a purpose and a case to calls that bring no metadata, and a timeout, so that no test waits for ever."""

    def _call(self, continuation: Callable[..., Any], details: grpc.ClientCallDetails, request: Any) -> Any:
        timeout = 30.0 if details.timeout is None else details.timeout
        metadata = PURPOSE if details.metadata is None else details.metadata
        changed = _Details(
            details.method, timeout, metadata, details.credentials, details.wait_for_ready, details.compression
        )
        return continuation(changed, request)

    intercept_unary_unary = intercept_unary_stream = intercept_stream_stream = _call


@dataclass(frozen=True)
class ServedEngine:
    """A running server, its engine, and stubs that send a purpose with every call."""

    engine: Engine
    address: str
    health_address: str
    channel: grpc.Channel
    stop: Callable[[], None]

    @property
    def resolution(self) -> resolution_service_pb2_grpc.ResolutionServiceStub:
        return resolution_service_pb2_grpc.ResolutionServiceStub(self.channel)

    @property
    def records(self) -> record_service_pb2_grpc.RecordServiceStub:
        return record_service_pb2_grpc.RecordServiceStub(self.channel)

    @property
    def identities(self) -> identity_service_pb2_grpc.IdentityServiceStub:
        return identity_service_pb2_grpc.IdentityServiceStub(self.channel)

    @property
    def decisions(self) -> decision_service_pb2_grpc.DecisionServiceStub:
        return decision_service_pb2_grpc.DecisionServiceStub(self.channel)

    @property
    def consumers(self) -> consumer_service_pb2_grpc.ConsumerServiceStub:
        return consumer_service_pb2_grpc.ConsumerServiceStub(self.channel)

    @property
    def explanations(self) -> explanation_service_pb2_grpc.ExplanationServiceStub:
        return explanation_service_pb2_grpc.ExplanationServiceStub(self.channel)

    @property
    def verdicts(self) -> verdict_service_pb2_grpc.VerdictServiceStub:
        return verdict_service_pb2_grpc.VerdictServiceStub(self.channel)

    @property
    def operations(self) -> operations_pb2_grpc.OperationsStub:
        return operations_pb2_grpc.OperationsStub(self.channel)

    @property
    def models(self) -> model_service_pb2_grpc.ModelServiceStub:
        return model_service_pb2_grpc.ModelServiceStub(self.channel)

    @property
    def reresolution(self) -> reresolution_service_pb2_grpc.ReresolutionServiceStub:
        return reresolution_service_pb2_grpc.ReresolutionServiceStub(self.channel)

    @property
    def reviews(self) -> review_service_pb2_grpc.ReviewServiceStub:
        return review_service_pb2_grpc.ReviewServiceStub(self.channel)


@contextmanager
def serving(
    engine: Engine,
    watchers: Sequence[CallWatcher] = (),
    certificates: Certificates | None = None,
    access: LiveAccess | None = None,
    backups: Path | None = None,
    operations: Mapping[str, Handler] | None = None,
    models: ModelFolders = NO_FOLDERS,
    heartbeat: float = HEARTBEAT,
) -> Iterator[ServedEngine]:
    """Serves an engine until the end of the block; the engine stays open. With certificates the channel is useless."""
    started: Future[Server] = Future()
    told = threading.Event()
    loop = uvloop.new_event_loop()
    leave = asyncio.Event()

    async def run() -> None:
        try:
            server = await start_server(
                engine,
                "127.0.0.1:0",
                "127.0.0.1:0",
                certificates=certificates,
                access=access,
                heartbeat=heartbeat,
                watchers=watchers,
                backups=backups,
                operations=operations,
                models=models,
            )
        except BaseException as error:
            started.set_exception(error)
            raise
        started.set_result(server)
        await leave.wait()
        await server.stop(grace=5)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="server")
    thread.start()
    server = started.result(timeout=30)

    def stop() -> None:
        if not told.is_set():
            told.set()
            loop.call_soon_threadsafe(leave.set)
        thread.join(timeout=30)
        assert not thread.is_alive(), "the server did not stop"

    with grpc.insecure_channel(server.address) as plain:
        channel = grpc.intercept_channel(plain, _WithPurpose())
        try:
            yield ServedEngine(engine, server.address, server.health_address, channel, stop)
        finally:
            stop()
            loop.close()


@pytest.fixture(scope="session")
def corpus_messages() -> list[record_pb2.Record]:
    """Made-up records as messages, in their order of arrival; always the same."""
    generated = generate_records(seed=11, records=CORPUS_RECORDS)
    return [json_format.ParseDict(one.record, record_pb2.Record()) for one in generated]


@pytest.fixture(scope="session")
def corpus(corpus_messages) -> list[Record]:
    """The same records as the engine reads them."""
    return [record_to_domain(message) for message in corpus_messages]


@pytest.fixture(scope="session")
def server() -> Iterator[ServedEngine]:
    """A server on a store in memory that all tests share; a test keeps to a source of its own."""
    with ExitStack() as stack:
        engine = open_engine(None)
        stack.callback(engine.close)
        yield stack.enter_context(serving(engine))


@pytest.fixture
def fresh_server() -> Iterator[ServedEngine]:
    """A server on an empty store in memory."""
    with ExitStack() as stack:
        engine = open_engine(None)
        stack.callback(engine.close)
        yield stack.enter_context(serving(engine))


@contextmanager
def _held(engine: Engine) -> Iterator[None]:
    holding, release = threading.Event(), threading.Event()

    def hold(_: int) -> None:
        holding.set()
        release.wait(timeout=60)

    stop = engine.listeners.watch(hold)
    try:
        engine.submit(Write((NotFound(ErrorReason.RECORD_NOT_FOUND, "made up"),)))
        assert holding.wait(timeout=30)
        yield
    finally:
        stop()
        release.set()


@pytest.fixture
def held_writer():
    """A context in which the engine takes writes and carries none out: its writer waits in a listener."""
    return _held


# First: pytest-xdist reads the groups in this hook too.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keeps the tests of a file in one process, whose fixtures they share, unless they say with whom they go."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    groups = [item.get_closest_marker("xdist_group").args[0] for item in items]
    sizes = Counter(groups)
    # Few tests to a file are those that take long: they come first, so that no process is left with one at the end.
    order = sorted(range(len(items)), key=lambda place: (sizes[groups[place]], groups[place]))
    items[:] = [items[place] for place in order]

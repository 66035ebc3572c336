"""Marks that stand for personal data, messages full of them, and the search for them in all that a server tells."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import grpc
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry, generate_latest

from ftf.resolution.v1 import record_pb2
from resolver.engine.engine import Engine, open_engine
from resolver.observe.call_log import CallLog
from resolver.observe.logs import JsonLines, Lines
from resolver.observe.metrics import Metrics
from resolver.observe.tracing import Traces
from tests.conftest import serving
from tests.rpc.examples import person

NAME = "Qwyzzalim Vrontoshky"
NUMBER = "QX7744551199"
PHONE = "+33 7 55 51 99 44"
KEY = "zzkeymark77"
"""In the names of resources, which a caller gave and an error may repeat, but no log."""
TRACES_OF = ("qwyzz", "vrontoshk", "7744551199", "755519944")
"""What is left of the marks when they are standardised: folded, without spaces, as E.164."""


def good_record(number: int = 1) -> record_pb2.Record:
    """A valid record with marks wherever a text may stand."""
    record = person(f"sources/{KEY}/records/{KEY}-{number}", NAME, passport=NUMBER)
    record.owner.authority = NAME
    claimed = record.identities[0]
    claimed.names.add(full_name=f"{NAME} the Elder")
    record.contacts.add(kind=record_pb2.CONTACT_KIND_PHONE, value=PHONE)
    return record


def full_of_marks(kind: type[Message], mark: str, depth: int = 6) -> Message:
    """A message with the mark in each text field, and one entry in each list."""
    message = kind()
    for entry in message.DESCRIPTOR.fields:
        if entry.containing_oneof is not None and entry.containing_oneof.fields[0] is not entry:
            continue
        if entry.type == FieldDescriptor.TYPE_STRING and not _is_map(entry):
            if entry.is_repeated:
                getattr(message, entry.name).append(mark)
            else:
                setattr(message, entry.name, mark)
        elif entry.type == FieldDescriptor.TYPE_MESSAGE and not _is_map(entry) and depth:
            inner = full_of_marks(entry.message_type._concrete_class, mark, depth - 1)
            if entry.is_repeated:
                getattr(message, entry.name).append(inner)
            else:
                getattr(message, entry.name).CopyFrom(inner)
    return message


def _is_map(entry: FieldDescriptor) -> bool:
    return entry.message_type is not None and entry.message_type.GetOptions().map_entry


@dataclass
class Caller:
    """Calls a server, and keeps what it is shown of errors."""

    address: str
    errors: list[str] = field(default_factory=list)

    def call(self, method: str, request: bytes, metadata: tuple[tuple[str, str], ...]) -> None:
        """Makes a call with a request as bytes."""
        with grpc.insecure_channel(self.address) as channel:
            try:
                for _ in channel.stream_stream(method)(iter([request]), metadata=metadata, timeout=30):
                    pass
            except grpc.RpcError as error:
                trailers = [value for _, value in error.trailing_metadata() or ()]
                self.errors.append(f"{error.details()} {trailers}")


@dataclass
class Watched:
    """A server in this process, and all that it tells: to its log, to Prometheus, to a collector, to its callers."""

    engine: Engine
    caller: Caller
    registry: CollectorRegistry
    spans: InMemorySpanExporter
    logs: dict[str, io.StringIO]

    def told(self) -> dict[str, str]:
        """Everything, by where it was told."""
        spans = " ".join(span.to_json() for span in self.spans.get_finished_spans())
        metrics = generate_latest(self.registry).decode()
        logs = {name: stream.getvalue() for name, stream in self.logs.items()}
        return {**logs, "metrics": metrics, "traces": spans, "errors": " ".join(self.caller.errors)}


def leaks(told: dict[str, str]) -> list[str]:
    """Where a mark is found."""
    return [where for where, text in told.items() if _is_in(text, (*TRACES_OF, *(() if where == "errors" else (KEY,))))]


def _is_in(text: str, marks: tuple[str, ...]) -> bool:
    folded = text.casefold().replace(" ", "")
    return any(mark in folded for mark in marks)


@contextmanager
def watched() -> Iterator[Watched]:
    """A server with all that can watch it."""
    with ExitStack() as stack:
        engine = open_engine(None)
        stack.callback(engine.close)
        spans = InMemorySpanExporter()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(spans))
        metrics, traces = Metrics(engine), Traces(provider)
        engine.listeners.watch_batches(metrics.batch_done)
        engine.listeners.watch_batches(traces.batch_done)
        logs = {}
        for name, formatter in (("text log", Lines()), ("JSON log", JsonLines())):
            logs[name] = io.StringIO()
            handler = logging.StreamHandler(logs[name])
            handler.setFormatter(formatter)
            logging.getLogger().addHandler(handler)
            stack.callback(logging.getLogger().removeHandler, handler)
        stack.enter_context(_logged_as_by_the_command())
        server = stack.enter_context(serving(engine, watchers=(CallLog(), metrics, traces)))
        yield Watched(engine, Caller(server.address), metrics.registry, spans, logs)


@contextmanager
def _logged_as_by_the_command() -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(level)

"""How a command reaches the service: the call metadata, and errors in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import click
import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from ftf.resolution.v1.consumer_service_pb2_grpc import ConsumerServiceStub
from ftf.resolution.v1.decision_service_pb2_grpc import DecisionServiceStub
from ftf.resolution.v1.explanation_service_pb2_grpc import ExplanationServiceStub
from ftf.resolution.v1.identity_service_pb2_grpc import IdentityServiceStub
from ftf.resolution.v1.record_service_pb2_grpc import RecordServiceStub
from ftf.resolution.v1.resolution_service_pb2_grpc import ResolutionServiceStub
from ftf.resolution.v1.review_service_pb2_grpc import ReviewServiceStub
from ftf.resolution.v1.verdict_service_pb2 import Verdict, VerdictContradiction
from ftf.resolution.v1.verdict_service_pb2_grpc import VerdictServiceStub
from resolver.cli.words import verdict_line

DEFAULT_ADDRESS = "127.0.0.1:50051"
_MEBIBYTE = 1 << 20
_CHANNEL_OPTIONS = [
    ("grpc.max_receive_message_length", 64 * _MEBIBYTE),
    # The service may have been restarted: look for it again soon.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2000),
]
T = TypeVar("T")
Metadata = tuple[tuple[str, str], ...]


class ServiceFailed(click.ClickException):
    """A call failed; printed in words, exit code 1."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A channel to the service with what every call carries."""

    channel: grpc.Channel
    address: str
    metadata: Metadata
    timeout: float

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.channel.close()

    @property
    def resolution(self) -> ResolutionServiceStub:
        """Takes records in."""
        return ResolutionServiceStub(self.channel)

    @property
    def records(self) -> RecordServiceStub:
        """Gives records back."""
        return RecordServiceStub(self.channel)

    @property
    def identities(self) -> IdentityServiceStub:
        """Shows identities."""
        return IdentityServiceStub(self.channel)

    @property
    def decisions(self) -> DecisionServiceStub:
        """Tells the feed."""
        return DecisionServiceStub(self.channel)

    @property
    def consumers(self) -> ConsumerServiceStub:
        """Keeps the list of those who follow the feed."""
        return ConsumerServiceStub(self.channel)

    @property
    def explanations(self) -> ExplanationServiceStub:
        """Explains."""
        return ExplanationServiceStub(self.channel)

    @property
    def verdicts(self) -> VerdictServiceStub:
        """Takes in what people decide."""
        return VerdictServiceStub(self.channel)

    @property
    def reviews(self) -> ReviewServiceStub:
        """Brings to people what the machine must not decide."""
        return ReviewServiceStub(self.channel)

    def call(self, method: Callable[..., T], request: Message) -> T:
        """One answer; `ServiceFailed` in words when the call fails."""
        try:
            return method(request, metadata=self.metadata, timeout=self.timeout)
        except grpc.RpcError as error:
            raise ServiceFailed(in_words(error, self.address)) from None


def connect(address: str, purpose: str = "identify", case_reference: str = "cli", timeout: float = 60.0) -> Connection:
    """A connection in plain text; nothing is sent yet."""
    return Connection(
        grpc.insecure_channel(address, options=_CHANNEL_OPTIONS),
        address,
        (("x-purpose", purpose), ("x-case-reference", case_reference)),
        timeout,
    )


def in_words(error: grpc.RpcError, address: str) -> str:
    """The status, its reason and the fields that it names; for an absent server a sentence."""
    if not isinstance(error, grpc.Call):
        return str(error)
    status = rpc_status.from_call(error)
    if status is None and error.code() is grpc.StatusCode.UNAVAILABLE:
        return f"No service answers at {address}. Start one with `resolver serve`, or name another with --address."
    if status is None:
        return f"{error.code().name}: {error.details()}"
    return status_in_words(status)


def status_in_words(status: Status) -> str:
    """A `google.rpc.Status` as `CODE (REASON): message` and one line a field."""
    code = next((each.name for each in grpc.StatusCode if each.value[0] == status.code), str(status.code))
    reason = reason_of(status)
    lines = [f"{code}{f' ({reason})' if reason else ''}: {status.message}"]
    lines += [f"  {field}: {description}" for field, description in violations_of(status)]
    lines += [f"  {verdict_line(verdict)}" for verdict in _chain_of(status)]
    return "\n".join(lines)


def reason_of(status: Status) -> str:
    """The reason in a status' `ErrorInfo`; empty without one."""
    info = error_details_pb2.ErrorInfo()
    for detail in status.details:
        if detail.Unpack(info):
            return str(info.reason)
    return ""


def violations_of(status: Status) -> list[tuple[str, str]]:
    """The fields that a status' `BadRequest` names, each with what is wrong."""
    bad = error_details_pb2.BadRequest()
    for detail in status.details:
        if detail.Unpack(bad):
            return [(each.field, each.description) for each in bad.field_violations]
    return []


def _chain_of(status: Status) -> list[Verdict]:
    """The verdicts that stand in the way, in order."""
    contradiction = VerdictContradiction()
    for detail in status.details:
        if detail.Unpack(contradiction):
            return list(contradiction.chain)
    return []

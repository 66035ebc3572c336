"""A connection to the service: mutual TLS, or plain text on this machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import grpc
from google.longrunning.operations_pb2_grpc import OperationsStub

from ftf.resolution.v1.audit_service_pb2_grpc import AuditServiceStub
from ftf.resolution.v1.backup_service_pb2_grpc import BackupServiceStub
from ftf.resolution.v1.consumer_service_pb2_grpc import ConsumerServiceStub
from ftf.resolution.v1.decision_service_pb2_grpc import DecisionServiceStub
from ftf.resolution.v1.explanation_service_pb2_grpc import ExplanationServiceStub
from ftf.resolution.v1.identity_service_pb2_grpc import IdentityServiceStub
from ftf.resolution.v1.model_service_pb2_grpc import ModelServiceStub
from ftf.resolution.v1.record_service_pb2_grpc import RecordServiceStub
from ftf.resolution.v1.reresolution_service_pb2_grpc import ReresolutionServiceStub
from ftf.resolution.v1.resolution_service_pb2_grpc import ResolutionServiceStub
from ftf.resolution.v1.retention_service_pb2_grpc import RetentionServiceStub
from ftf.resolution.v1.review_service_pb2_grpc import ReviewServiceStub
from ftf.resolution.v1.verdict_service_pb2_grpc import VerdictServiceStub
from ftf_client.calls import CallInterceptor
from ftf_client.errors import PlainTextRefused
from ftf_client.persistence import Persistence
from ftf_client.policy import SERVICE_CONFIG

_OPTIONS: Final = (
    ("grpc.service_config", SERVICE_CONFIG),
    # The service may have been restarted: look for it again soon.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2000),
    # A connection that broke without a word must not look like a quiet feed.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
)


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files: the authority that signed the server's certificate, and this client's certificate and key."""

    authority: Path
    certificate: Path
    key: Path

    def credentials(self) -> grpc.ChannelCredentials:
        """The files' content. Raises `OSError` for one that cannot be read."""
        return grpc.ssl_channel_credentials(
            self.authority.read_bytes(), self.key.read_bytes(), self.certificate.read_bytes()
        )


@dataclass(frozen=True, slots=True)
class Client:
    """The stubs of all services. Calls add what is missing, and raise `ServiceError` (see `ftf_client.errors`)."""

    address: str
    purpose: str
    case_reference: str
    timeout: float
    persistence: Persistence
    connection: grpc.Channel

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection, and what is under way on it."""
        self.connection.close()

    def for_case(self, case_reference: str, purpose: str = "") -> Client:
        """The same connection for another case, and another purpose if one is given."""
        return replace(self, case_reference=case_reference, purpose=purpose or self.purpose)

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What every call carries."""
        return ("x-purpose", self.purpose), ("x-case-reference", self.case_reference)

    @property
    def channel(self) -> grpc.Channel:
        """The channel that the stubs use."""
        return grpc.intercept_channel(self.connection, CallInterceptor(self.address, self.metadata, self.timeout))

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

    @property
    def decisions(self) -> DecisionServiceStub:
        """Tells the feed; `FeedFollower` follows it."""
        return DecisionServiceStub(self.channel)

    @property
    def consumers(self) -> ConsumerServiceStub:
        """Keeps who follows the feed, and what is outstanding."""
        return ConsumerServiceStub(self.channel)

    @property
    def backups(self) -> BackupServiceStub:
        """Copies the store."""
        return BackupServiceStub(self.channel)

    @property
    def audit(self) -> AuditServiceStub:
        """Shows who did what, and why."""
        return AuditServiceStub(self.channel)

    @property
    def retention(self) -> RetentionServiceStub:
        """Shows which records are due, and keeps them longer."""
        return RetentionServiceStub(self.channel)

    @property
    def models(self) -> ModelServiceStub:
        """Keeps the models that match weights are made with."""
        return ModelServiceStub(self.channel)

    @property
    def reresolution(self) -> ReresolutionServiceStub:
        """Plans another model, policy or threshold, applies it, and rolls it back."""
        return ReresolutionServiceStub(self.channel)

    @property
    def operations(self) -> OperationsStub:
        """Tells what became of long-running work."""
        return OperationsStub(self.channel)


def connect(
    address: str,
    *,
    purpose: str,
    case_reference: str,
    tls: Tls | None = None,
    timeout: float = 30.0,
    persistence: Persistence | None = None,
) -> Client:
    """A client; nothing is sent yet.

    Args:
        address: `host:port`.
        purpose: Why personal data is read or written, one of the contract's purposes; sent with every call.
        case_reference: The case that the calls belong to; sent with every call.
        tls: For mutual TLS. None is plain text, which never leaves this machine.
        timeout: Seconds for a unary call, all attempts together.
        persistence: How long the sender and the follower look for a service that they have lost.

    Raises:
        PlainTextRefused: without `tls`, for an address that is not loopback.
        OSError: a file of `tls` cannot be read.
    """
    if tls is not None:
        channel = grpc.secure_channel(address, tls.credentials(), options=_OPTIONS)
    elif _is_loopback(address):
        channel = grpc.insecure_channel(address, options=_OPTIONS)
    else:
        raise PlainTextRefused(f"{address} is not this machine: mutual TLS is needed")
    return Client(address, purpose, case_reference, timeout, persistence or Persistence(), channel)


def _is_loopback(address: str) -> bool:
    host = address.rpartition(":")[0].removeprefix("[").removesuffix("]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

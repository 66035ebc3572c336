"""Callers of a server with access rules, each with a certificate of its own."""

import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import grpc
import pytest

from ftf.resolution.v1 import (
    consumer_service_pb2_grpc,
    decision_service_pb2,
    decision_service_pb2_grpc,
    record_pb2,
    record_service_pb2,
    record_service_pb2_grpc,
    resolution_service_pb2_grpc,
    review_service_pb2_grpc,
    verdict_service_pb2_grpc,
)
from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.cli.development_authority import DevelopmentAuthority
from resolver.rpc.certificates import CertificateFiles, Certificates
from tests.conftest import PURPOSE, serving
from tests.rpc.examples import person, reason_in, status_of_call

RULES = """
grants:
  - {caller: "ftf://*/*/records", roles: [CONTRIBUTOR, READER, REVIEWER], purposes: ["*"]}
  - {caller: "ftf://FRA/ncb/border", roles: [SCREENER], purposes: [border]}
sources:
  - {owner: FRA/ncb, sources: ["fra-*"]}
  - {owner: DEU/bka, sources: ["deu-*"]}
  - {owner: EUE/europol, sources: ["eue-*"]}
delegations:
  - {caller: "ftf://EUE/europol/records", owners: [DEU/bka]}
"""


@dataclass(frozen=True)
class Peer:
    """One caller: stubs over its own certificate."""

    channel: grpc.Channel

    def resolve(self, record, metadata=PURPOSE, **options):
        request = pb.ResolveRecordRequest(record=record, **options)
        return self._resolution.ResolveRecord(request, metadata=metadata, timeout=30)

    def batch(self, *records, **options):
        request = pb.BatchResolveRecordsRequest(
            requests=[pb.ResolveRecordRequest(record=record) for record in records], **options
        )
        return self._resolution.BatchResolveRecords(request, metadata=PURPOSE, timeout=30)

    def stream(self, *records, stream_id=None):
        message = pb.ResolveRecordsRequest(stream_id=stream_id or str(uuid.uuid4()), sequence=1, records=records)
        _, answer = self._resolution.ResolveRecords(iter([message]), metadata=PURPOSE, timeout=30)
        return answer.results

    def streaming(self, requests):
        return self._resolution.ResolveRecords(requests, metadata=PURPOSE, timeout=60)

    def withdraw(self, name, **options):
        request = pb.WithdrawRecordRequest(name=name, **options)
        return self._resolution.WithdrawRecord(request, metadata=PURPOSE, timeout=30)

    def get(self, name, metadata=PURPOSE):
        stub = record_service_pb2_grpc.RecordServiceStub(self.channel)
        return stub.GetRecord(record_service_pb2.GetRecordRequest(name=name), metadata=metadata, timeout=30)

    def watch(self, **options):
        stub = decision_service_pb2_grpc.DecisionServiceStub(self.channel)
        request = decision_service_pb2.WatchDecisionsRequest(**options)
        return stub.WatchDecisions(request, metadata=PURPOSE, timeout=60)

    def ask(self, request):
        """Calls the method of the verdict, review or consumer service that a request is named for."""
        method = type(request).__name__.removesuffix("Request")
        stubs = (
            verdict_service_pb2_grpc.VerdictServiceStub(self.channel),
            review_service_pb2_grpc.ReviewServiceStub(self.channel),
            consumer_service_pb2_grpc.ConsumerServiceStub(self.channel),
        )
        call = next(getattr(stub, method) for stub in stubs if hasattr(stub, method))
        return call(request, metadata=PURPOSE, timeout=30)

    @property
    def _resolution(self):
        return resolution_service_pb2_grpc.ResolutionServiceStub(self.channel)


@contextmanager
def served_peers(engine, access, folder, **options):
    """Serves an engine by rules, and yields its callers by their names."""
    authority = DevelopmentAuthority(datetime.now(UTC))
    issued = authority.server(["localhost", "127.0.0.1"])
    files = CertificateFiles(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    for path, content in (
        (files.certificate, issued.certificate),
        (files.key, issued.key),
        (files.client_authority, authority.certificate),
    ):
        path.write_bytes(content)
    with ExitStack() as stack:
        served = stack.enter_context(serving(engine, certificates=Certificates(files), access=access, **options))

        def peer(uri):
            bearer = authority.client(uri)
            credentials = grpc.ssl_channel_credentials(authority.certificate, bearer.key, bearer.certificate)
            return Peer(stack.enter_context(grpc.secure_channel(served.address, credentials)))

        yield {
            "france": peer("ftf://FRA/ncb/records"),
            "border": peer("ftf://FRA/ncb/border"),
            "germany": peer("ftf://DEU/bka/records"),
            "europol": peer("ftf://EUE/europol/records"),
            "nobody": peer("ftf://ITA/dcpp/archive"),
        }


def owned(name, country="", authority=""):
    """A record that states this owner; by default none."""
    record = person(name)
    record.ClearField("owner")
    if country or authority:
        record.owner.CopyFrom(record_pb2.Owner(country=country, authority=authority))
    return record


def refused(call, *arguments, **options):
    """The reason for which a call is not permitted."""
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **options)
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED, caught.value
    return reason_in(status_of_call(caught.value))

"""Mutual TLS: who gets in, who is told why not, and certificates that are replaced while the server serves."""

import socket
import ssl
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ftf.resolution.v1 import decision_service_pb2, decision_service_pb2_grpc
from resolver.cli.development_authority import DevelopmentAuthority
from resolver.domain.caller import Caller
from resolver.domain.errors import ErrorReason, Unauthenticated
from resolver.rpc.callers import parse_caller
from resolver.rpc.certificates import CertificateError, CertificateFiles, Certificates
from tests.access.examples import live_access
from tests.conftest import PURPOSE, serving
from tests.rpc.examples import reason_in, status_of_call

NOW = datetime.now(UTC)
FRANCE = "ftf://FRA/ncb/records"


@pytest.fixture(scope="module")
def authority():
    return DevelopmentAuthority(NOW)


@pytest.fixture(scope="module")
def stranger():
    return DevelopmentAuthority(NOW, name="stranger")


def write(folder, issued, authority):
    files = CertificateFiles(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    contents = (issued.certificate, issued.key, authority.certificate)
    for path, content in zip((files.certificate, files.key, files.client_authority), contents, strict=True):
        path.write_bytes(content)
    return files


@pytest.fixture
def files(tmp_path, authority):
    return write(tmp_path, authority.server(["localhost", "127.0.0.1"]), authority)


@pytest.fixture
def secured(server, files):
    with serving(server.engine, certificates=Certificates(files), access=live_access()) as served:
        yield served


def channel(address, trusted, issued=None):
    key, chain = (issued.key, issued.certificate) if issued else (None, None)
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(trusted.certificate, key, chain))


def list_decisions(opened):
    with opened as used:
        stub = decision_service_pb2_grpc.DecisionServiceStub(used)
        return stub.ListDecisions(decision_service_pb2.ListDecisionsRequest(), metadata=PURPOSE, timeout=30)


def refusal(opened):
    with pytest.raises(grpc.RpcError) as caught:
        list_decisions(opened)
    return caught.value


def test_a_client_with_a_certificate_of_the_authority_is_served(secured, authority):
    list_decisions(channel(secured.address, authority, authority.client(FRANCE)))


def test_a_server_with_certificates_and_no_access_rules_denies_everything(server, files, authority):
    with serving(server.engine, certificates=Certificates(files)) as served:
        error = refusal(channel(served.address, authority, authority.client(FRANCE)))
    assert error.code() is grpc.StatusCode.PERMISSION_DENIED
    assert reason_in(status_of_call(error)) == "ROLE_REQUIRED"


@pytest.mark.parametrize(
    "uris",
    [
        (),
        (FRANCE, "ftf://DEU/bka/records"),
        (FRANCE, FRANCE),
        (FRANCE, "https://example.org"),
        ("ftf://ZZZ/ncb/records",),
        ("spiffe://a/b",),
    ],
)
def test_a_certificate_that_does_not_say_who_calls_is_told_so(secured, authority, uris):
    error = refusal(channel(secured.address, authority, authority.client(*uris)))
    assert error.code() is grpc.StatusCode.UNAUTHENTICATED
    assert reason_in(status_of_call(error)) == "CALLER_UNKNOWN"


def test_a_stream_is_refused_like_a_single_call(secured, authority):
    with channel(secured.address, authority, authority.client()) as used:
        stub = decision_service_pb2_grpc.DecisionServiceStub(used)
        request = decision_service_pb2.WatchDecisionsRequest(stop_at_end=True)
        with pytest.raises(grpc.RpcError) as caught:
            list(stub.WatchDecisions(request, metadata=PURPOSE, timeout=30))
    assert reason_in(status_of_call(caught.value)) == "CALLER_UNKNOWN"


def test_who_has_no_certificate_of_the_authority_does_not_get_in(secured, authority, stranger):
    expired = authority.client(FRANCE, until=NOW - timedelta(minutes=1))
    for issued in (None, stranger.client(FRANCE), expired, authority.server(["localhost"])):
        error = refusal(channel(secured.address, authority, issued))
        assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert refusal(grpc.insecure_channel(secured.address)).code() is grpc.StatusCode.UNAVAILABLE


def test_a_client_does_not_talk_to_a_server_of_another_authority(secured, authority, stranger):
    error = refusal(channel(secured.address, stranger, authority.client(FRANCE)))
    assert error.code() is grpc.StatusCode.UNAVAILABLE


def test_health_asks_for_a_certificate_too(secured, authority):
    with channel(secured.health_address, authority, authority.client()) as used:
        answer = health_pb2_grpc.HealthStub(used).Check(health_pb2.HealthCheckRequest(), timeout=30)
    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    with grpc.insecure_channel(secured.health_address) as used, pytest.raises(grpc.RpcError):
        health_pb2_grpc.HealthStub(used).Check(health_pb2.HealthCheckRequest(), timeout=30)


def test_new_certificates_are_used_for_new_connections_and_old_connections_go_on(secured, files, authority, stranger):
    with channel(secured.address, authority, authority.client(FRANCE)) as before:
        stub = decision_service_pb2_grpc.DecisionServiceStub(before)
        request = decision_service_pb2.ListDecisionsRequest()
        stub.ListDecisions(request, metadata=PURPOSE, timeout=30)
        write(files.key.parent, stranger.server(["localhost", "127.0.0.1"]), stranger)
        list_decisions(channel(secured.address, stranger, stranger.client(FRANCE)))
        stub.ListDecisions(request, metadata=PURPOSE, timeout=30)
    assert refusal(channel(secured.address, authority, authority.client(FRANCE)))


def test_files_that_cannot_be_used_leave_the_old_certificates_in_use(secured, files, authority, caplog):
    served = files.certificate.read_bytes()
    for broken in (b"", b"no PEM", authority.server(["elsewhere"]).certificate):
        files.certificate.write_bytes(broken)
        list_decisions(channel(secured.address, authority, authority.client(FRANCE)))
        assert "the old ones stay" in caplog.text
        caplog.clear()
    files.certificate.unlink()
    list_decisions(channel(secured.address, authority, authority.client(FRANCE)))
    files.certificate.write_bytes(served)
    list_decisions(channel(secured.address, authority, authority.client(FRANCE)))


def handshake(address, authority, client, version):
    context = ssl.create_default_context(cadata=authority.certificate.decode())
    context.load_cert_chain(*client)
    # Today's libraries refuse the old versions by themselves; here the server has to.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2"])
    host, _, port = address.rpartition(":")
    with (
        socket.create_connection((host, int(port)), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        return secured.version()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_less_than_tls_1_2_is_refused(secured, authority, tmp_path):
    client, issued = (tmp_path / "client.pem", tmp_path / "client.key"), authority.client(FRANCE)
    for path, content in zip(client, (issued.certificate, issued.key), strict=True):
        path.write_bytes(content)
    assert handshake(secured.address, authority, client, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    for old in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        with pytest.raises(ssl.SSLEOFError):
            handshake(secured.address, authority, client, old)


@pytest.mark.parametrize("file", ["certificate", "key", "client_authority"])
@pytest.mark.parametrize("content", [b"", b"no PEM", b"\xff\xfe", None])
def test_files_that_cannot_be_used_are_named_and_not_shown(files, file, content):
    path = getattr(files, file)
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(CertificateError, match=str(path)) as caught:
        Certificates(files)
    assert "no PEM" not in str(caught.value).replace(": no PEM", "")


def test_a_key_of_another_certificate_is_refused(files, authority):
    files.key.write_bytes(authority.server(["localhost"]).key)
    with pytest.raises(CertificateError, match="KEY_VALUES_MISMATCH"):
        Certificates(files)


def test_a_caller_is_a_system_of_an_authority_of_a_country():
    assert parse_caller([FRANCE.encode()]) == Caller("FRA", "ncb", "records")
    assert parse_caller([FRANCE.encode()]).name == FRANCE


@pytest.mark.parametrize(
    "uri",
    [
        "ftf://FRA/ncb",
        "ftf://FRA/ncb/records/more",
        "ftf://FRA//records",
        "ftf://fra/ncb/records",
        "ftf://FRA/ncb/rec ords",
        "ftf://FRA/ncb/records\n",
        "ftf://FRA/ncb/réc",
        "FTF://FRA/ncb/records",
        "ftf://user@FRA/ncb/records",
        f"ftf://FRA/ncb/{'a' * 64}",
        "",
    ],
)
def test_another_form_of_name_is_refused(uri):
    with pytest.raises(Unauthenticated) as caught:
        parse_caller([uri.encode()])
    assert caught.value.reason is ErrorReason.CALLER_UNKNOWN
    assert uri.strip() not in caught.value.message or not uri

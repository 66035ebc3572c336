"""Errors are told in words, and the exit code is 1."""

import socket

import pytest
from click.testing import CliRunner

from resolver.cli.main import main
from tests.access.examples import live_access
from tests.clients.certificates import write_certificates
from tests.conftest import serving

PERSON = ("--record", "sources/s/records/1", "--name", "Zeyd Alun", "--country", "IRQ")


@pytest.fixture
def closed_address():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        # Bound and not listening: nobody else can take it, and nobody answers.
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize(
    "command", [("identity", "7"), ("explain", "7"), ("export",), ("watch",), ("resolve", *PERSON), ("import", "FILE")]
)
def test_an_absent_service_is_told_in_a_sentence(closed_address, tmp_path, command):
    path = tmp_path / "x.jsonl"
    path.write_text("{}\n")
    arguments = [str(path) if each == "FILE" else each for each in command]
    shown = CliRunner().invoke(main, arguments, env={"RESOLVER_ADDRESS": closed_address})
    assert shown.exit_code == 1
    assert f"No service answers at {closed_address}" in shown.output


def test_a_refused_record_is_told_with_status_reason_and_field(run):
    shown = run("resolve", "--record", "sources/s/records/1", "--name", "Zeyd", "--country", "XYZ", fails=1)
    assert "INVALID_ARGUMENT (COUNTRY_UNKNOWN)" in shown.output
    assert "\n  record.owner.country: " in shown.output


def test_something_that_does_not_exist_is_told(run):
    assert "NOT_FOUND (RECORD_NOT_FOUND)" in run("identity", "sources/none/records/none", fails=1).output


def test_a_purpose_that_is_none_is_told(run):
    assert "(PURPOSE_REQUIRED)" in run("identity", "7", "--purpose", "curiosity", fails=1).output


def test_every_command_can_speak_mutual_tls(server, tmp_path):
    certificates = write_certificates(tmp_path)
    names = {"authority": "SERVER_AUTHORITY", "certificate": "CERTIFICATE", "key": "KEY"}
    with serving(server.engine, certificates=certificates.server(), access=live_access()) as secured:
        files = {f"RESOLVER_{names[kind]}": path for kind, path in certificates.client("good").items()}
        environment = {"RESOLVER_ADDRESS": secured.address, **files}
        for command in (("resolve", "--dry-run", *PERSON), ("watch", "--stop-at-end"), ("review", "list")):
            shown = CliRunner().invoke(main, command, env=environment)
            assert shown.exit_code == 0, shown.output

        shown = CliRunner().invoke(main, ("watch", "--stop-at-end"), env={"RESOLVER_ADDRESS": secured.address})
        assert shown.exit_code == 1
        assert "A certificate that one side does not trust looks the same" in shown.output

        del environment["RESOLVER_KEY"]
        shown = CliRunner().invoke(main, ("watch", "--stop-at-end"), env=environment)
        assert shown.exit_code == 2
        assert "--certificate, --key and --server-authority belong together" in shown.output


def test_plain_text_to_another_machine_is_refused_in_words():
    shown = CliRunner().invoke(main, ("resolve", *PERSON, "--address", "192.0.2.1:1"))
    assert shown.exit_code == 1
    assert "192.0.2.1:1 is not this machine: mutual TLS is needed: give --certificate" in shown.output
